import type { Migration } from 'kysely/migration'
import { createAccounts, createRecords } from './accounts.ts'
import { createAcme } from './acme.ts'
import { keepAcmeBinding } from './acme-binding-kept.ts'
import { createAuditSeal } from './audit-seal.ts'
import { createAuthorities, createTemplates } from './authorities.ts'
import { addAuthorityRevision } from './authority-revision.ts'
import { columnsOf, type EngineName } from './columns.ts'
import { createExchanges } from './exchanges.ts'
import { addGenerationSignature } from './generation-signature.ts'
import { createMail } from './mail.ts'
import { createInvitations } from './members.ts'
import { putNames } from './names.ts'
import { createNotices } from './notices.ts'
import { createOperations } from './operations.ts'
import { createOverview } from './overview.ts'
import { createPeople } from './people.ts'
import { addSystemTenant } from './platform-ca.ts'
import { createPublishing } from './publishing.ts'
import { createRegister } from './register.ts'
import { createSignIn } from './sign-in.ts'
import { createTies } from './ties.ts'
import { createWebhooks } from './webhooks.ts'

/**
 * All migrations, in the order of their names. What was released is never changed: a new one follows it. Forward only; each must
 * leave tables with which the release before it can still work, because both may serve at once.
 */
export function migrationsOf(engine: EngineName): Readonly<Record<string, Migration>> {
  const columns = columnsOf(engine)
  return {
    '0001-ground-floor': {
      up: async (db) => {
        await createAccounts(db, columns)
        await createRecords(db, columns)
        await createAuthorities(db, columns)
        await createTemplates(db, columns)
        await createRegister(db, columns)
        await createPublishing(db, columns)
      },
    },
    '0002-sign-in': { up: (db) => createSignIn(db, columns) },
    '0003-members': { up: (db) => createInvitations(db, columns) },
    '0004-platform-ca': { up: addSystemTenant },
    '0005-audit-seal': { up: (db) => createAuditSeal(db, columns) },
    '0006-operations': { up: createOperations },
    '0007-authority-revision': { up: (db) => addAuthorityRevision(db, columns) },
    '0008-acme': { up: (db) => createAcme(db, columns, engine) },
    '0009-exchanges': { up: (db) => createExchanges(db, columns) },
    '0010-overview': { up: createOverview },
    '0012-mail': { up: (db) => createMail(db, columns) },
    '0013-people': { up: (db) => createPeople(db, columns) },
    '0014-notices': { up: (db) => createNotices(db, columns) },
    '0015-webhooks': { up: (db) => createWebhooks(db, columns) },
    '0016-acme-binding-kept': { up: (db) => keepAcmeBinding(db, columns) },
    '0017-generation-signature': { up: (db) => addGenerationSignature(db, columns) },
    '0018-ties': { up: (db) => createTies(db, columns) },
    '0019-names': { up: putNames },
  }
}
