import { MAY_BE_MISSING } from '../restores/may-be-missing.ts'
import type { Restored, RestoredExtent } from '../restores/restored.ts'

/** What a restore has to say to the operator. */
export function restoreReport(restore: Restored & RestoredExtent): string {
  const { restoredAt, madeAt, newestRecordAt } = restore
  const newest = newestRecordAt === undefined ? '' : `The last act in it was recorded at ${moment(newestRecordAt)}.\n`
  return `In the backup are ${counted(restore.tenants, 'tenant')}, ${counted(restore.authorities, 'authority', 'authorities')}, ${counted(restore.certificates, 'certificate')}, ${counted(restore.pendingRequests, 'request')} waiting for an answer, ${counted(restore.openIntents, 'issuance')} to be finished at the start, and ${counted(restore.validTokens, 'valid API token')}.
All that was acknowledged before ${moment(madeAt)} is there. ${newest}
What happened between then and ${moment(restoredAt)} may be missing, and nobody can know it from here:
${MAY_BE_MISSING.map(({ what, meaning }) => `- ${what}: ${meaning}\n`).join('')}
CRL numbers were moved past all that can have been given out; new CRLs are made at the start.
`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function moment(at: number): string {
  return new Date(at).toISOString()
}
