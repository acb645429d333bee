import type { CertificateRequest, Template } from '@chancery/pki'

/** RFC 5280 Appendix A.1: a common name has at most 64 characters. */
const LONGEST = 64

/** The common name of the certificate of an order: where its CSR or the template wants one, one of its names, if any is short enough. */
export function commonNameOf(
  { subject }: Pick<CertificateRequest, 'subject'>,
  names: readonly { readonly value: string }[],
  { profile }: Template,
): string | undefined {
  const asked = subject.find(({ type }) => type === 'commonName')?.value.toLowerCase()
  if (asked === undefined && !profile.subject.required.includes('commonName')) return undefined
  const fitting = names.filter(({ value }) => value.length <= LONGEST)
  return (fitting.find(({ value }) => value === asked) ?? fitting[0])?.value
}
