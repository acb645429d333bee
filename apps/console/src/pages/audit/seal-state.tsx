import { useAsk } from '../../api/use-api.ts'
import { CodeValue } from '../../components/code-block.tsx'
import { Moment } from '../../components/moment.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed } from '../../components/states.tsx'
import classes from './audit.module.css'

const EVERY_MS = 5_000

/** How far the audit is sealed, and its newest seal to be kept elsewhere. */
export function SealState({ isFollowed }: { readonly isFollowed: boolean }) {
  const { data, error, refetch } = useAsk('showAuditSeal', {}, { refetchInterval: isFollowed && EVERY_MS })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <p className={classes['seal']} />
  const { records, unsealed, newest } = data
  return (
    <div className={classes['seal']}>
      <StateBadge tone={unsealed === 0 ? 'good' : 'wait'}>
        {unsealed === 0 ? 'All sealed' : `${unsealed} not sealed yet`}
      </StateBadge>
      <span>{records.toLocaleString()} records sealed</span>
      {newest !== undefined && (
        <>
          <span>
            Newest seal: <Moment at={newest.sealedAt} as="relative" />
          </span>
          <CodeValue what="the head of the seal, to keep elsewhere">{`${newest.number}:${newest.digest}`}</CodeValue>
        </>
      )}
    </div>
  )
}
