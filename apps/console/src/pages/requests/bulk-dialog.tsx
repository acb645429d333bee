import { Button, Modal, Progress, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTenantId } from '../../api/active-tenant.ts'
import { problemOf } from '../../api/api-problem.ts'
import { callApi } from '../../api/call-api.ts'
import type { BulkResult, RequestSummary } from '../../api/operations.ts'
import { StateBadge } from '../../components/state-badge.tsx'
import { nameOf } from '../../words/certificate-words.ts'
import classes from './requests.module.css'

/** What is to be done to several requests. */
export interface BulkAct {
  readonly kind: 'sign' | 'decline'
  readonly requests: readonly RequestSummary[]
}

/** So many in one call: the bar moves, and what was done before a failure is known. */
const AT_ONCE = 5

type Result = Pick<BulkResult, 'id' | 'outcome'> & { readonly words: string }

/** Signs or declines several requests one after the other, and says what became of each. */
export function BulkDialog({ act, onClose }: { readonly act: BulkAct; readonly onClose: () => void }) {
  const { kind, requests } = act
  const [results, setResults] = useState<readonly Result[]>([])
  const [note, setNote] = useState('')
  const [state, setState] = useState<'asked' | 'running' | 'done'>('asked')
  const tenant = useTenantId()
  const queries = useQueryClient()

  const run = async () => {
    setState('running')
    const ids = requests.map(({ id }) => id)
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE)
      const became = await callSome(kind, some, note, tenant)
      setResults((before) => [...before, ...became])
    }
    setState('done')
    void queries.invalidateQueries()
  }
  const done = results.filter(({ outcome }) => outcome !== 'refused').length
  const isSign = kind === 'sign'
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      closeOnClickOutside={state !== 'running'}
      closeOnEscape={state !== 'running'}
      withCloseButton={state !== 'running'}
      title={`${isSign ? 'Sign' : 'Decline'} ${requests.length} requests`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {state === 'asked' ? (
        <>
          <p className={classes['soft']}>
            {isSign
              ? 'Each is signed as it was requested. What its template, its CA or a lint refuses stays where it is.'
              : 'Whoever asked sees that it was declined, and why.'}
          </p>
          {!isSign && (
            <Textarea
              label="Why"
              autosize
              minRows={2}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          )}
        </>
      ) : (
        <>
          <Progress value={(results.length / requests.length) * 100} aria-label="Progress" />
          <p role="status">
            {state === 'running'
              ? `${results.length} of ${requests.length}`
              : `${done} of ${requests.length} ${isSign ? 'signed' : 'declined'}.`}
          </p>
          <ul className={classes['results']}>
            {results.map(({ id, outcome, words }) => (
              <li key={id}>
                <span>{nameOf(requests.find((one) => one.id === id) ?? { subject: id, subjectAltNames: [] })}</span>
                <StateBadge tone={outcome === 'refused' ? 'bad' : outcome === 'pending' ? 'wait' : 'good'}>
                  {outcome === 'refused' ? 'Refused' : outcome === 'pending' ? 'Waits for the key' : 'Done'}
                </StateBadge>
                {words !== '' && <p>{words}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={classes['buttons']}>
        {state === 'asked' && (
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        )}
        {state === 'done' ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <Button loading={state === 'running'} onClick={run}>
            {isSign ? 'Sign' : 'Decline'} {requests.length}
          </Button>
        )}
      </div>
    </Modal>
  )
}

/** What became of some. A call that fails as a whole says so of each of them, and the others go on. */
async function callSome(
  kind: BulkAct['kind'],
  ids: readonly string[],
  note: string,
  tenant: string | undefined,
): Promise<readonly Result[]> {
  try {
    const { items } =
      kind === 'sign'
        ? await callApi('signRequests', { body: { ids } }, { tenant })
        : await callApi(
            'declineRequests',
            { body: { ids, ...(note.trim() !== '' && { note: note.trim() }) } },
            { tenant },
          )
    return items.map(({ id, outcome, problem }) => ({
      id,
      outcome,
      words: problem === undefined ? '' : wordsOf(problem),
    }))
  } catch (error) {
    const { detail } = problemOf(error)
    return ids.map((id) => ({ id, outcome: 'refused', words: detail }))
  }
}

function wordsOf({ detail, errors = [] }: NonNullable<BulkResult['problem']>): string {
  return [detail, ...errors.map((one) => one.detail).filter((one) => one !== detail)].join(' ')
}
