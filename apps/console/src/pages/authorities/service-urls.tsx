import { useAsk } from '../../api/use-api.ts'
import { Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'

/** Where a CA answers, with an explanation of what each address is for. */
export function ServiceUrls({ id }: { readonly id: string }) {
  const { data, error } = useAsk('showAuthorityServiceUrls', { params: { id } })
  if (error) return <Failed error={error} />
  if (data === undefined) return <Loading />
  const several = data.generations.length > 1
  return (
    <>
      {data.warnings.map((warning) => (
        <Notice key={warning} tone="wait">
          <p>{warning}</p>
        </Notice>
      ))}
      {data.generations.map(({ generation, number, crl, deltaCrl, ocsp, aia, crlPartitions }) => (
        <div key={generation}>
          {several && <h3>Key {number}</h3>}
          <Facts
            items={[
              ['CRL', address(crl, 'CRL address')],
              ...(deltaCrl === undefined ? [] : [['Delta CRL', address(deltaCrl, 'delta CRL address')] as const]),
              ...crlPartitions.map((url, index) => [`CRL part ${index + 1}`, address(url, 'CRL address')] as const),
              ['OCSP', address(ocsp, 'OCSP address')],
              ['Certificate (AIA)', address(aia, 'AIA address')],
            ]}
          />
        </div>
      ))}
      <Facts items={[['Practice statement', address(data.cps, 'CPS address')]]} />
    </>
  )
}

function address(url: string, what: string) {
  return <CodeValue what={what}>{url}</CodeValue>
}
