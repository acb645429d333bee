import { Type } from 'typebox'
import { closed, wordOf } from './closed.ts'
import { Pem, Timestamp } from './values.ts'

const OLD = Type.String({ maxLength: 100_000, description: 'The certificate that is to be renewed, PEM.' })
const CSR = Type.String({ maxLength: 400_000, description: 'The CSR for the new one, PEM.' })

export const AskRenewal = closed(
  { certificate: OLD, csr: CSR },
  { $id: 'AskRenewal', description: 'Which certificate is to be renewed, for which key.' },
)

export const RenewalChallenge = closed(
  {
    text: Type.String({ description: 'Signed octet by octet, with its last line end.' }),
    validUntil: Timestamp,
  },
  {
    $id: 'RenewalChallenge',
    description: 'What the key of the old certificate signs, as CMS SignedData that carries it.',
  },
)

export const Renew = closed(
  {
    certificate: OLD,
    csr: CSR,
    proof: Type.String({ maxLength: 100_000, description: 'CMS SignedData in PEM, RFC 5652, with the text in it.' }),
  },
  { $id: 'Renew', description: 'A renewal, by the key of the old certificate.' },
)

export const CertificateRenewal = closed(
  {
    state: wordOf(['issued', 'signing', 'pending'], {
      description: '`signing`: it is signed soon. `pending`: somebody has to say yes. Repeat the call then.',
    }),
    certificate: Type.Optional(Pem),
    chain: Type.Optional(Pem),
  },
  { $id: 'CertificateRenewal', description: 'What became of a renewal.' },
)
