/** What goes on by mails. The last one opens the registration of the installation. */
import './public-template.ts'
import './request-desk.ts'
import './registration-by-mail.ts'
