import type { CertificateSummary, Template } from '../api/operations.ts'
import { useAsk } from '../api/use-api.ts'
import { type AuthorityInTree, useAuthorities } from './authorities.ts'
import { type NavigationEntry, navigationFor } from './navigation-entries.ts'
import { useViewer } from './use-viewer.ts'

/** Something that the search found, and where it is. */
export interface Found {
  readonly key: string
  readonly label: string
  readonly kind: 'Page' | 'CA' | 'Template' | 'Certificate'
  readonly detail?: string
  readonly to: string
  readonly search?: { readonly ca?: string; readonly name?: string }
}

const MOST_OF_A_KIND = 6

/**
 * What fits a text. Pages, CAs and templates are known already and follow every letter (`text`); certificates are asked for when
 * the typing rests (`settled`): by the beginning of a name, or by serial number or fingerprint where it looks like one.
 */
export function useFound(
  text: string,
  settled: string,
): { readonly found: readonly Found[]; readonly isSearching: boolean } {
  const viewer = useViewer()
  const { data: authorities = [] } = useAuthorities()
  const templates = useAsk('listTemplates', { query: { limit: 200 } })
  const byName = useAsk(
    'listCertificates',
    { query: { name: settled, limit: MOST_OF_A_KIND } },
    { enabled: settled.length > 1 },
  )
  const byNumber = useAsk('listCertificates', { query: numberQuery(settled) }, { enabled: isNumber(settled) })

  const entries = navigationFor(viewer).flatMap((group) => group.entries)
  const certificates = [...(byNumber.data?.items ?? []), ...(byName.data?.items ?? [])]
  const found = [
    ...entries.filter((entry) => fits(text, entry.label, entry.words ?? '')).map(asPage),
    ...authorities.filter(({ name }) => text !== '' && fits(text, name)).map(asAuthority),
    ...(templates.data?.items ?? []).filter(({ name }) => text !== '' && fits(text, name)).map(asTemplate),
    ...certificates.map(asCertificate),
  ]
  const most = Map.groupBy(found, ({ kind }) => kind)
  return {
    found: text === '' ? found : [...most.values()].flatMap((all) => all.slice(0, MOST_OF_A_KIND)),
    isSearching: byName.isFetching || byNumber.isFetching || settled !== text,
  }
}

/** Every word that is typed begins a word of what is looked for. */
function fits(text: string, ...wheres: readonly string[]): boolean {
  const words = wheres
    .join(' ')
    .toLowerCase()
    .split(/[\s.,/-]+/)
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((typed) => words.some((word) => word.startsWith(typed)))
}

function isNumber(text: string): boolean {
  return /^[0-9a-f:]{8,}$/i.test(text)
}

function numberQuery(text: string) {
  const digits = text.replaceAll(':', '')
  return digits.length === 64 ? { fingerprint: digits, limit: 1 } : { serialNumber: digits, limit: 1 }
}

function asPage({ label, to }: NavigationEntry): Found {
  return { key: `page ${label}`, label, kind: 'Page', to: String(to) }
}

function asAuthority({ id, name }: AuthorityInTree): Found {
  return { key: id, label: name, kind: 'CA', to: `/console/authorities/${id}`, search: { ca: id } }
}

function asTemplate({ id, name, description }: Template): Found {
  return { key: id, label: name, kind: 'Template', detail: description, to: `/console/templates/${id}` }
}

function asCertificate({ id, subject, subjectAltNames, serialNumber }: CertificateSummary): Found {
  const [first] = subjectAltNames
  const label = /(?:^|,)CN=((?:\\.|[^,\\])*)/i.exec(subject)?.[1] ?? first?.value ?? serialNumber
  return { key: id, label, kind: 'Certificate', detail: serialNumber, to: `/console/certificates/${id}` }
}
