import { type CertificateRequest, nameInText, type OrderedIdentifier } from '@chancery/pki'
import { AcmeProblem } from './acme-problem.ts'
import { wireIdentifier } from './order-status.ts'

/**
 * RFC 8555 §7.4: a CSR names exactly the identifiers of its order, in the subjectAltName, the common name, or both, and no other name of
 * whatever type. Throws `AcmeProblem` 'badCSR' that says which are missing and which are too many.
 */
export function checkCsrNames(request: CertificateRequest, names: readonly OrderedIdentifier[]): void {
  const ordered = new Set(names.map(textOf))
  const named = new Set(request.subjectAltNames.map(({ type, ...name }) => `${type} ${canonical(type, name)}`))
  for (const { type, value } of request.subject) {
    if (type !== 'commonName') continue
    const name = nameInText(value) ?? { type: 'dns', value: value.toLowerCase() }
    named.add(`${name.type} ${canonical(name.type, name)}`)
  }
  const missing = [...ordered].filter((name) => !named.has(name))
  const more = [...named].filter((name) => !ordered.has(name))
  if (missing.length === 0 && more.length === 0) return
  throw new AcmeProblem(
    'badCSR',
    [
      'The CSR has to name exactly the identifiers of the order.',
      ...(missing.length > 0 ? [`It lacks ${shown(missing)}.`] : []),
      ...(more.length > 0 ? [`It names ${shown(more)}, which was not ordered.`] : []),
      'Make a CSR for the order, or an order for the CSR.',
    ].join(' '),
  )
}

function textOf(name: OrderedIdentifier): string {
  const { type, value } = wireIdentifier(name)
  return `${type} ${value}`
}

/** Host names are compared without regard to letter case; addresses are canonical already. */
function canonical(type: string, name: object): string {
  const value = 'value' in name && typeof name.value === 'string' ? name.value : '(not readable)'
  return type === 'dns' ? value.toLowerCase() : value
}

function shown(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => name.slice(0, 260))
  return names.length > some.length ? `${some.join(', ')} and ${names.length - some.length} more` : some.join(', ')
}
