import type { InvitationDoor } from '../accounts/invitation-store.ts'

const PAGE = 200
/** How long an invitation that has expired is still listed: whoever sent it sees that it was not accepted. */
const KEPT_MS = 30 * 86_400_000

/** Removes invitations that expired a month ago. */
export async function forgetInvitations(invitations: Pick<InvitationDoor, 'forget'>, now: number): Promise<void> {
  while ((await invitations.forget(now - KEPT_MS, PAGE)) === PAGE);
}
