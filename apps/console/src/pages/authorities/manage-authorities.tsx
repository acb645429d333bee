import { Anchor, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useAsk } from '../../api/use-api.ts'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { type AuthorityInTree, useAuthorities } from '../../frame/authorities.ts'
import { useMay } from '../../frame/use-may.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import { AuthorityMenu } from './authority-menu.tsx'
import {
  activeCertificate,
  crlStanding,
  currentGeneration,
  expiryStanding,
  ocspStanding,
  STATUS_WORDS,
} from './authority-words.ts'
import classes from './manage-authorities.module.css'

/** All CAs of the tenant as the tree that they are, with the health of their services. */
export function ManageAuthorities() {
  const { data, error, refetch } = useAuthorities()
  const mayCreate = useMay()('administrator', undefined)
  return (
    <>
      <PageHeader
        title="Certificate authorities"
        intro="Each CA stands below the one that signed it. What a client trusts is the root at the top."
        actions={
          mayCreate && (
            <>
              <Button variant="default" renderRoot={(props) => <Link to="/console/authorities/import" {...props} />}>
                Import
              </Button>
              <Button renderRoot={(props) => <Link to="/console/authorities/new" {...props} />}>Create CA</Button>
            </>
          )
        }
      />
      {data === undefined && error ? <Failed error={error} onRetry={refetch} /> : <Tree authorities={data} />}
    </>
  )
}

function Tree({ authorities }: { readonly authorities: readonly AuthorityInTree[] | undefined }) {
  if (authorities === undefined) return <Loading lines={6} />
  return (
    <ul className={classes['tree']}>
      {authorities.map((authority) => (
        <li key={authority.id} className={classes['row']} data-depth={Math.min(authority.depth, 6)}>
          <Row authority={authority} />
        </li>
      ))}
    </ul>
  )
}

function Row({ authority }: { readonly authority: AuthorityInTree }) {
  const [tone, status] = STATUS_WORDS[authority.status]
  return (
    <>
      <div className={classes['name']}>
        <Anchor
          fw={600}
          renderRoot={(props) => (
            <Link
              to="/console/authorities/$id"
              params={{ id: authority.id }}
              search={{ ca: authority.id }}
              {...props}
            />
          )}
        >
          {authority.name}
        </Anchor>
        {authority.status !== 'active' && <StateBadge tone={tone}>{status}</StateBadge>}
      </div>
      <Health id={authority.id} />
      <AuthorityMenu authority={authority} />
    </>
  )
}

function Health({ id }: { readonly id: string }) {
  const { data } = useAsk('showAuthority', { params: { id } })
  const generation = currentGeneration(data?.generations ?? [])
  if (generation === undefined) return <span />
  const certificate = activeCertificate(generation)
  const standings =
    certificate === undefined
      ? []
      : [expiryStanding(certificate, Date.now()), crlStanding(generation), ocspStanding(generation)]
  return (
    <div className={classes['health']}>
      <span className={classes['key']}>{keyTypeLabel(generation.keyType)}</span>
      {certificate !== undefined && (
        <span className={classes['until']}>
          until <Moment at={certificate.notAfter} as="day" />
        </span>
      )}
      {standings
        .filter(({ tone }) => tone !== 'good')
        .map(({ tone, words }) => (
          <StateBadge key={words} tone={tone}>
            {words}
          </StateBadge>
        ))}
      {standings.length > 0 && standings.every(({ tone }) => tone === 'good') && (
        <StateBadge tone="good">Services answer</StateBadge>
      )}
    </div>
  )
}
