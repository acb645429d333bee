import { CONFIRMABLE_MS } from '../enrollment/public-requests.ts'
import type { RequestDoor } from '../enrollment/request-store.ts'

const PAGE = 200
/** How long a link that has expired still says so. */
const KEPT_MS = 30 * 86_400_000

/** Removes requests that nobody confirmed, and links of long ago. */
export async function forgetRequests(requests: Pick<RequestDoor, 'forget'>, now: number): Promise<void> {
  while ((await requests.forget(now - KEPT_MS, now - CONFIRMABLE_MS, PAGE)) >= PAGE);
}
