import { Anchor, Button, Tabs } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { CodeBlock, CodeValue } from '../../components/code-block.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { useAuthorities } from '../../frame/authorities.ts'
import { activeCertificate, currentGeneration } from './authority-words.ts'
import type { System } from './routes.ts'
import classes from './trust-root.module.css'
import { fileWord, type TrustWay, trustWays } from './trust-words.ts'

const ScanCode = lazy(() => import('../../components/scan-code.tsx').then((it) => ({ default: it.ScanCode })))

/** How each system is told to trust a root: the file or the lines to paste, and a code to scan. */
export function TrustRoot({
  id,
  system,
  onSystem,
}: {
  readonly id: string
  readonly system: System
  readonly onSystem: (system: System) => void
}) {
  const authority = useAsk('showAuthority', { params: { id } })
  const urls = useAsk('showAuthorityServiceUrls', { params: { id } })
  const error = authority.error ?? urls.error
  if (error) return <Failed error={error} />
  if (authority.data === undefined || urls.data === undefined) return <Loading lines={6} />
  const [newest] = urls.data.generations
  const generation = currentGeneration(authority.data.generations)
  const own = urls.data.generations.find((one) => one.generation === generation?.id) ?? newest
  const certificate = activeCertificate(generation)
  if (own === undefined || certificate === undefined) return null
  const ways = trustWays({
    file: fileWord(authority.data.name),
    cer: own.aia,
    pem: own.aia.replace(/\.cer$/, '.pem'),
  })
  return (
    <>
      {urls.data.warnings.map((warning) => (
        <Notice key={warning} tone="wait">
          <p>{warning}</p>
        </Notice>
      ))}
      <Tabs
        value={system}
        onChange={(chosen) => {
          const way = ways.find((one) => one.system === chosen)
          if (way !== undefined) onSystem(way.system)
        }}
        keepMounted={false}
      >
        <Tabs.List className={classes['list'] ?? ''}>
          {ways.map((way) => (
            <Tabs.Tab key={way.system} value={way.system}>
              {way.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ways.map((way) => (
          <Tabs.Panel key={way.system} value={way.system} pt="md">
            <Way way={way} id={id} address={own.aia} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <p className={classes['check']}>
        Compare before you trust it. SHA-256:{' '}
        <CodeValue what="fingerprint">{inPairs(certificate.fingerprint)}</CodeValue>
      </p>
    </>
  )
}

function Way({ way, id, address }: { readonly way: TrustWay; readonly id: string; readonly address: string }) {
  const download = useDownload()
  const [error, setError] = useState<unknown>()
  return (
    <div className={classes['way']}>
      <div>
        {way.steps.length > 0 && (
          <ol className={classes['steps']}>
            {way.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
        {way.steps.length > 0 && (
          <Button
            variant="default"
            size="xs"
            onClick={() =>
              void download('downloadAuthorityCertificate', { params: { id }, query: { format: 'der' } }).catch(
                setError,
              )
            }
          >
            Download certificate
          </Button>
        )}
        {error !== undefined && <Failed error={error} />}
        {way.lines.map(({ title, text }) => (
          <div key={title}>
            <p className={classes['title']}>{title}</p>
            <CodeBlock what={`the lines for ${title}`}>{text}</CodeBlock>
          </div>
        ))}
        {way.note !== undefined && <p className="hint">{way.note}</p>}
      </div>
      {way.isScanned && (
        <Suspense fallback={null}>
          <ScanCode text={address} says="Code with the address of the certificate" />
        </Suspense>
      )}
    </div>
  )
}

/** The CA at the top of the tree above this one, where it is of this tenant. */
export function useRootAbove(id: string): { readonly id: string; readonly name: string } | undefined {
  const { data = [] } = useAuthorities()
  let at = data.find((one) => one.id === id)
  for (let steps = 0; at?.parent !== undefined && steps < data.length; steps++) {
    const above = data.find((one) => one.id === at?.parent)
    if (above === undefined) return at
    at = above
  }
  return at
}

/** Says of a CA below a root that the root is what is trusted. */
export function RootIsTrusted({ root }: { readonly root: { readonly id: string; readonly name: string } }) {
  return (
    <Notice>
      <p>
        Clients trust the root,{' '}
        <Anchor
          underline="always"
          renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id: root.id }} {...props} />}
        >
          {root.name}
        </Anchor>
        , and with it every CA below it. Servers send the certificates in between.
      </p>
    </Notice>
  )
}

function inPairs(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':')
}
