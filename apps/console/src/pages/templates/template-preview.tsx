import { useDebouncedValue } from '@mantine/hooks'
import type { Profile } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { profileOf, type TemplateValues } from './template-values.ts'

/** What a certificate from the template would look like, before it is saved, for a request that asks for an example. */
export function TemplatePreview({ values }: { readonly values: TemplateValues }) {
  const [settled] = useDebouncedValue(values, 400)
  const profile = profileOf(settled)
  const preview = useAsk(
    'previewProfile',
    { params: { id: settled.authority }, body: { name: settled.name || undefined, profile, ...exampleOf(profile) } },
    { enabled: settled.authority !== '', keepPrevious: true },
  )
  return <CertificatePreview preview={preview} waiting={settled.authority === '' ? 'Choose a CA first.' : ''} />
}

const EXAMPLES: Readonly<Record<string, string>> = {
  commonName: 'www.example.com',
  organizationName: 'Example',
  organizationalUnitName: 'IT',
  countryName: 'DE',
  stateOrProvinceName: 'Berlin',
  localityName: 'Berlin',
  emailAddress: 'ann@example.com',
}

/** What the example asks for: what the template requires, and a name of the first type that it takes. */
function exampleOf({ subject, subjectAltNames, allow }: Profile) {
  const takes = (type: string) => subject.fromRequest === 'any' || subject.fromRequest.includes(type)
  const [kind] = subjectAltNames.fromRequest
  const host = allowedHost(allow?.dns) ?? 'www.example.com'
  const isForHosts = kind === 'dns' || kind === undefined
  const commonName = { type: 'commonName', value: isForHosts ? host : 'Ann Example' }
  const attributes = [
    ...(takes('commonName') ? [commonName] : []),
    ...subject.required
      .filter((type) => type !== 'commonName' && takes(type))
      .map((type) => ({ type, value: EXAMPLES[type] ?? 'Example' })),
  ]
  const names = subjectAltNames.fromRequest.includes('dns')
    ? [{ type: 'dns' as const, value: host }]
    : subjectAltNames.fromRequest.includes('email')
      ? [{ type: 'email' as const, value: `ann@${allowedHost(allow?.email) ?? 'example.com'}` }]
      : []
  return {
    subject: attributes.length === 0 ? undefined : attributes,
    subjectAltNames: names.length === 0 ? undefined : names,
  }
}

/** A name that the first rule allows. */
function allowedHost(rules: readonly string[] | undefined): string | undefined {
  return rules?.[0]?.replace(/^\*{1,2}\./, 'www.')
}
