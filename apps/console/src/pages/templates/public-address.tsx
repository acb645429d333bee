import { lazy, Suspense } from 'react'
import { useAsk } from '../../api/use-api.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import classes from './public-address.module.css'

const ScanCode = lazy(() => import('../../components/scan-code.tsx').then((it) => ({ default: it.ScanCode })))

/** The page on which strangers ask: its address to copy, and as a code to scan or to print. */
export function PublicAddress({ id }: { readonly id: string }) {
  const { data, error } = useAsk('showTemplateServiceUrls', { params: { id } })
  if (error) return <Failed error={error} />
  if (data === undefined) return <Loading lines={2} />
  const { publicRequests: address } = data
  if (address === undefined) return <p className="hint">While the template is disabled its page takes no requests.</p>
  return (
    <div className={classes['address']}>
      <div>
        <p className="hint">Whoever has this address may ask. It is no secret, and grants nothing.</p>
        <CodeBlock what="the public address">{address}</CodeBlock>
      </div>
      <Suspense fallback={null}>
        <ScanCode text={address} says="Code with the address of the public page" />
      </Suspense>
    </div>
  )
}
