/** How people renew a certificate by its key, and how the pages of people without an account look. */
import './renewal-story.ts'
import './people-look.ts'
