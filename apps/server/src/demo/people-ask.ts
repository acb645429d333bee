import { recordOf } from '../audit/audit-record.ts'
import { approveForm, preApprove } from '../enrollment/claims.ts'
import { askPublicly } from '../enrollment/public-requests.ts'
import type { TemplateName } from './company.ts'
import type { Company } from './found-company.ts'
import type { PlannedAsk } from './plan-asks.ts'

/** What a person asked for on a public page and confirmed, or was approved before they asked; and the yes, if there was one. */
export async function personAsks(planned: PlannedAsk, company: Company): Promise<void> {
  const { at, approvedAt, email, isPreApproved } = planned
  const { tenant, domain, accounts } = company
  const [, , officer = ''] = accounts
  const template = templateOf(planned.template, company)
  const names = { subject: planned.subject, subjectAltNames: planned.names }
  const desk = domain.requestDesk
  const byOfficer = (moment: number) => ({ tenant, actor: { kind: 'account', account: officer }, at: moment }) as const
  const approvalAt = (moment: number) => ({ account: officer, approvedAt: moment })
  if (isPreApproved) {
    await preApprove({ template, names, email, approval: approvalAt(at) }, byOfficer(at), desk)
    return
  }
  const ids: string[] = []
  // The first id that is drawn is that of the request.
  const newId = () => {
    const id = desk.door.newId()
    ids.push(id)
    return id
  }
  const stranger = { tenant, actor: { kind: 'stranger' }, at } as const
  await askPublicly({ template, email, form: names }, stranger, { ...desk, door: { ...desk.door, newId } })
  const [id = ''] = ids
  await desk.door.requests.confirm(
    id,
    recordOf(stranger, { action: 'request.confirm', object: { type: 'request', id } }),
  )
  if (approvedAt === undefined) return
  const request = await desk.door.requests.find(id)
  if (request === undefined) throw new Error('a request that was confirmed is there')
  await approveForm(request, { approval: approvalAt(approvedAt), overrides: {} }, byOfficer(approvedAt), desk)
}

function templateOf(name: TemplateName, { templates }: Company) {
  const found = templates.get(name)
  if (found === undefined) throw new Error(`there is a template ${name}`)
  return found
}
