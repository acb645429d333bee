/** What the tenant offers to machines, and what it tells of itself. The first one makes the CA, without which there is neither. */
import './acme.ts'
import './notices-story.ts'
