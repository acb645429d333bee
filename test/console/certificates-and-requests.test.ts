/** The work of an officer in a demo. The second one signs and declines what waits there. */
import './certificates-story.ts'
import './requests-story.ts'
