import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CertificateRegister } from '../../certificates/certificate-register.ts'
import { presentCertificate } from './present-certificate.ts'

const PAGE = 100

/**
 * The register of a CA, a page at a time: one JSON object on each line. Between two pages others have their turn. What is issued
 * after it began is not in it.
 */
export async function* exportRegister(
  authority: string,
  now: number,
  certificates: CertificateRegister,
): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const page = await certificates.list({ authority }, now, { limit: PAGE, ...(after !== undefined && { after }) })
    yield page.items.map((item) => `${JSON.stringify(presentCertificate(item, now))}\n`).join('')
    after = page.next
    if (after === undefined) return
    await nextTurn()
  }
}
