import { Refusal } from '@chancery/pki'
import { type Certificate, DerError, decodeCertificate, decodePem, PemError } from '@chancery/x509'
import { inTurns } from './in-turns.ts'

const MOST = 100

/** Certificates out of PEM text, in their order. `field` is a JSON pointer for the `Refusal` 'malformed'. */
export async function readCertificates(pem: string, field: string, most = MOST): Promise<readonly Certificate[]> {
  const refuse = (problem: string): Refusal => {
    const detail = `${problem} Give certificates in PEM, each between BEGIN CERTIFICATE and END CERTIFICATE.`
    return new Refusal('malformed', detail, [{ field, detail }])
  }
  try {
    const blocks = decodePem(pem).filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE')
    if (blocks.length === 0) throw refuse('There is no certificate in it.')
    if (blocks.length > most) throw refuse(`There are more than ${most} certificates in it.`)
    return await Array.fromAsync(inTurns(blocks), ({ der }) => decodeCertificate(der))
  } catch (error) {
    if (error instanceof PemError) throw refuse(`This is no PEM: ${error.message}.`)
    if (error instanceof DerError) throw refuse(`A certificate in it cannot be read: ${error.message}.`)
    throw error
  }
}
