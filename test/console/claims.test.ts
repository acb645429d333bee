/** What people without an account ask for and claim. */
import './claim-story.ts'
import './claim-returns.ts'
import './claim-browsers.ts'
