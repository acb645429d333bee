import { Refusal } from '@chancery/pki'
import { type Certificate, DerError, decodeCertificate, PemError, type PemLimits, pemBlocks } from '@chancery/x509'
import { inTurns } from './in-turns.ts'

const MOST = 100
/** Blocks of other kinds that may stand beside the certificates. */
const OTHERS = 1000

/** Certificates out of PEM text, in their order. `field` is a JSON pointer for the `Refusal` 'malformed'. */
export async function readCertificates(pem: string, field: string): Promise<readonly Certificate[]> {
  return await Array.fromAsync(certificatesIn(pem, field))
}

/** The same one after the other, so that nobody holds thousands of them. `characters` and `certificates`: what is read at most. */
export async function* certificatesIn(
  pem: string,
  field: string,
  { certificates: most = MOST, ...limits }: Pick<PemLimits, 'characters'> & { readonly certificates?: number } = {},
): AsyncGenerator<Certificate> {
  const refuse = (problem: string): Refusal => {
    const detail = `${problem} Give certificates in PEM, each between BEGIN CERTIFICATE and END CERTIFICATE.`
    return new Refusal('malformed', detail, [{ field, detail }])
  }
  let count = 0
  try {
    for await (const { label, der } of inTurns(pemBlocks(pem, { ...limits, blocks: most + OTHERS }))) {
      if (label !== 'CERTIFICATE' && label !== 'X509 CERTIFICATE') continue
      if (++count > most) throw refuse(`There are more than ${most} certificates in it.`)
      yield decodeCertificate(der)
    }
  } catch (error) {
    if (error instanceof PemError) throw refuse(`This is no PEM: ${error.message}.`)
    if (error instanceof DerError) throw refuse(`A certificate in it cannot be read: ${error.message}.`)
    throw error
  }
  if (count === 0) throw refuse('There is no certificate in it.')
}
