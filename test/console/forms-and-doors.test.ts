/** How forms refuse, and how people come in. The second one makes the owner a member of two tenants. */
import './forms.ts'
import './doors.ts'
