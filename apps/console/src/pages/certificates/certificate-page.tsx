import { Anchor, Button, Menu, Tabs } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { Certificate } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { Empty, Failed, Loading } from '../../components/states.tsx'
import { Icon } from '../../frame/icon.tsx'
import { nameOf } from '../../words/certificate-words.ts'
import { CertificateSummaryPart } from './certificate-summary.tsx'
import { CERTIFICATE_TABS, type CertificateTab } from './certificate-tabs.ts'

// The decoder is loaded when somebody wants to see every field.
const Details = lazy(() =>
  import('./certificate-details.tsx').then(({ CertificateDetails: part }) => ({ default: part })),
)
const Chain = lazy(() => import('./certificate-chain.tsx').then(({ CertificateChain: part }) => ({ default: part })))
const History = lazy(() =>
  import('./certificate-history.tsx').then(({ CertificateHistoryPart: part }) => ({ default: part })),
)
const Revocation = lazy(() => import('./revocation-part.tsx').then(({ RevocationPart: part }) => ({ default: part })))

const pageApi = getRouteApi('/console/certificates/$id')

const TABS: Readonly<Record<CertificateTab, string>> = {
  summary: 'Summary',
  details: 'Every field',
  chain: 'Chain',
  history: 'History',
  revocation: 'Revocation',
}

/** A certificate: what a person wants to know first, then all that is known. */
export function CertificatePage() {
  const { id } = pageApi.useParams()
  const { data, error, refetch } = useAsk('showCertificate', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return 'state' in data ? <WaitsForKey onRetry={refetch} /> : <Shown certificate={data} />
}

function Shown({ certificate }: { readonly certificate: Certificate }) {
  const { tab = 'summary' } = pageApi.useSearch()
  const navigate = pageApi.useNavigate()
  const choose = (chosen: string | null) => {
    const next = CERTIFICATE_TABS.find((one) => one === chosen && one !== 'summary')
    void navigate({ search: (all) => ({ ...all, tab: next }), replace: true })
  }
  return (
    <>
      <PageHeader
        title={nameOf(certificate)}
        above={
          <Anchor renderRoot={(props) => <Link to="/console/certificates" {...props} />}>Issued Certificates</Anchor>
        }
        actions={<Downloads certificate={certificate} />}
      />
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List mb="md">
          {CERTIFICATE_TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {TABS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<Loading lines={6} />}>
          <Tabs.Panel value="summary">
            <CertificateSummaryPart certificate={certificate} />
          </Tabs.Panel>
          <Tabs.Panel value="details">
            <Details certificate={certificate} />
          </Tabs.Panel>
          <Tabs.Panel value="chain">
            <Chain certificate={certificate} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <History certificate={certificate} />
          </Tabs.Panel>
          <Tabs.Panel value="revocation">
            <Revocation certificate={certificate} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </>
  )
}

const FORMATS = [
  ['pem', 'PEM', 'For most servers and programs'],
  ['chain', 'PEM with its chain', 'For web servers: the certificate and the CAs above it'],
  ['der', 'DER (.cer)', 'For Windows and Java'],
  ['pkcs7', 'PKCS #7 (.p7c)', 'Certificate and chain for Windows'],
] as const

function Downloads({ certificate: { id, pem } }: { readonly certificate: Certificate }) {
  const download = useDownload()
  const [error, setError] = useState<unknown>()
  if (pem === undefined) return null
  const save = (format: (typeof FORMATS)[number][0]) => {
    setError(undefined)
    void download('downloadCertificate', { params: { id }, query: { format } }).catch(setError)
  }
  return (
    <>
      {error !== undefined && <Failed error={error} />}
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="chevron" size={16} />}>
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map(([format, label, says]) => (
            <Menu.Item key={format} onClick={() => save(format)}>
              {label}
              <div style={{ color: 'var(--mantine-color-dimmed)', fontSize: '0.75rem' }}>{says}</div>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

function WaitsForKey({ onRetry }: { readonly onRetry: () => unknown }) {
  return (
    <>
      <PageHeader title="Waits for its signature" />
      <Empty
        title="It is recorded, and not signed yet"
        action={<Button onClick={() => void onRetry()}>Look again</Button>}
      >
        The key of its CA cannot be reached now. The certificate is signed by itself as soon as it can.
      </Empty>
    </>
  )
}
