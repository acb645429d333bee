import { Button, Modal, Progress } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { problemOf } from '../api/api-problem.ts'
import type { BulkResult, BulkResults } from '../api/operations.ts'
import classes from './bulk-dialog.module.css'
import { CodeBlock } from './code-block.tsx'
import dialog from './confirm-dialog.module.css'
import { type BadgeTone, StateBadge } from './state-badge.tsx'
import { Notice } from './states.tsx'

/** One of many: what it is called, and why nothing is done with it if so. */
export interface BulkItem {
  readonly id: string
  readonly name: string
  readonly unfit?: string | undefined
}

/** What the dialog says of what it does: `Revoke`, `revoked`, `certificate`. */
export interface BulkWords {
  readonly verb: string
  readonly past: string
  readonly thing: string
}

/** So many in one call: the bar moves, and what was done before a failure is known. */
const AT_ONCE = 5

type Outcome = BulkResult['outcome'] | 'left'
interface Result extends Pick<BulkResult, 'id' | 'link'> {
  readonly outcome: Outcome
  readonly words: string
}

const OUTCOMES: Readonly<Record<Outcome, { readonly label: string; readonly tone: BadgeTone }>> = {
  done: { label: 'Done', tone: 'good' },
  pending: { label: 'Waits for the key', tone: 'wait' },
  refused: { label: 'Refused', tone: 'bad' },
  left: { label: 'Left as it is', tone: 'off' },
}

/**
 * Does the same to many, a few at a time, and says what became of each: also of those with which it cannot be done. `children` ask
 * for what is needed, and say what happens.
 */
export function BulkDialog({
  words: { verb, past, thing },
  items,
  call,
  children,
  isDestructive = false,
  onClose,
}: {
  readonly words: BulkWords
  readonly items: readonly BulkItem[]
  readonly call: (ids: readonly string[]) => Promise<BulkResults>
  readonly children: ReactNode
  readonly isDestructive?: boolean
  readonly onClose: () => void
}) {
  const fit = items.filter(({ unfit }) => unfit === undefined)
  const [results, setResults] = useState<readonly Result[]>([])
  const [state, setState] = useState<'asked' | 'running' | 'done'>('asked')
  const queries = useQueryClient()

  const run = async () => {
    setState('running')
    for (let from = 0; from < fit.length; from += AT_ONCE) {
      const ids = fit.slice(from, from + AT_ONCE).map(({ id }) => id)
      const became = await callSome(call, ids)
      setResults((before) => [...before, ...became])
    }
    setResults((before) => [...before, ...leftOf(items)])
    setState('done')
    void queries.invalidateQueries()
  }
  const isRunning = state === 'running'
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      closeOnClickOutside={state === 'asked'}
      closeOnEscape={!isRunning}
      withCloseButton={!isRunning}
      title={`${verb} ${fit.length} ${fit.length === 1 ? thing : `${thing}s`}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {state === 'asked' ? (
        <>
          <div className={dialog['text']}>{children}</div>
          <Unfit items={items} />
        </>
      ) : (
        <Results results={results} items={items} fit={fit.length} past={past} isRunning={isRunning} />
      )}
      <div className={dialog['buttons']}>
        {state === 'asked' && (
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        )}
        {state === 'done' ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <Button
            loading={isRunning}
            disabled={fit.length === 0}
            onClick={run}
            {...(isDestructive && { className: dialog['destructive'] ?? '' })}
          >
            {verb} {fit.length}
          </Button>
        )}
      </div>
    </Modal>
  )
}

/** With which of them nothing will be done, and why. */
function Unfit({ items }: { readonly items: readonly BulkItem[] }) {
  const left = leftOf(items)
  if (left.length === 0) return null
  return (
    <Notice
      title={`${left.length} of those selected ${left.length === 1 ? 'is left as it is' : 'are left as they are'}`}
    >
      <ul>
        {[...new Set(left.map(({ words }) => words))].map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </Notice>
  )
}

function Results({
  results,
  items,
  fit,
  past,
  isRunning,
}: {
  readonly results: readonly Result[]
  readonly items: readonly BulkItem[]
  readonly fit: number
  readonly past: string
  readonly isRunning: boolean
}) {
  const made = results.filter(({ outcome }) => outcome !== 'left')
  const done = made.filter(({ outcome }) => outcome !== 'refused').length
  const left = results.length - made.length
  const isLinked = results.some(({ link }) => link !== undefined)
  return (
    <>
      <Progress value={(made.length / Math.max(1, fit)) * 100} aria-label="Progress" />
      <p role="status">
        {isRunning ? `${made.length} of ${fit}` : `${done} of ${fit} ${past}.`}
        {left > 0 && ` ${left} left as ${left === 1 ? 'it is' : 'they are'}.`}
      </p>
      {isLinked && (
        <Notice tone="wait" title="No mail carries these links: pass each on. They are not shown again.">
          <p>Whoever opens one makes a key, and has the certificate. A link is good for 7 days.</p>
        </Notice>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <ul className={classes['results']} tabIndex={0} aria-label="What became of each">
        {results.map(({ id, outcome, words, link }) => (
          <li key={id}>
            <span>{items.find((one) => one.id === id)?.name ?? id}</span>
            <StateBadge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].label}</StateBadge>
            {words !== '' && <p>{words}</p>}
            {link !== undefined && (
              <div className={classes['link']}>
                <CodeBlock what="the link">{link}</CodeBlock>
              </div>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function leftOf(items: readonly BulkItem[]): readonly Result[] {
  return items.flatMap(({ id, unfit }) => (unfit === undefined ? [] : [{ id, outcome: 'left', words: unfit }]))
}

/** What became of some. A call that fails as a whole says so of each of them, and the others go on. */
async function callSome(
  call: (ids: readonly string[]) => Promise<BulkResults>,
  ids: readonly string[],
): Promise<readonly Result[]> {
  try {
    const { items } = await call(ids)
    return items.map(({ id, outcome, link, problem }) => ({
      ...{ id, outcome, link },
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
