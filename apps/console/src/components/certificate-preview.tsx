import type { UseQueryResult } from '@tanstack/react-query'
import { problemOf } from '../api/api-problem.ts'
import type { Preview } from '../api/operations.ts'
import { CertificateFacts, RequestFacts } from './certificate-facts.tsx'
import classes from './certificate-preview.module.css'
import { Loading, Notice } from './states.tsx'

/** A certificate, or the CSR for one, as it would be, and all that speaks against it. Follows a form while it is filled in. */
export function CertificatePreview({
  preview: { data, error, isPlaceholderData },
  what = 'certificate',
  waiting = 'What is still missing is asked for in the form.',
}: {
  readonly preview: Pick<UseQueryResult<Preview>, 'data' | 'error' | 'isPlaceholderData'>
  /** What is going to be shown. */
  readonly what?: 'certificate' | 'CSR'
  /** What stands here before anything can be shown. */
  readonly waiting?: string
}) {
  return (
    <section aria-label="Preview" className={classes['preview']} data-stale={isPlaceholderData || undefined}>
      <h2>The {shownIn(data) ?? what} as it would be</h2>
      {error ? (
        <Problems details={detailsOf(error)} />
      ) : data === undefined ? (
        <Waiting words={waiting} />
      ) : (
        <Shown preview={data} />
      )}
    </section>
  )
}

function shownIn(preview: Preview | undefined): 'certificate' | 'CSR' | undefined {
  if (preview?.request !== undefined) return 'CSR'
  return preview?.certificate && 'certificate'
}

function Waiting({ words }: { readonly words: string }) {
  return words === '' ? <Loading lines={6} /> : <p className={classes['soft']}>{words}</p>
}

function Shown({ preview: { certificate, request, problems, findings, ignoredNames } }: { readonly preview: Preview }) {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  return (
    <>
      {problems.length > 0 && <Problems details={problems.map(({ detail }) => detail)} />}
      {errors.length > 0 && (
        <Findings
          tone="bad"
          title={request === undefined ? 'It would not be issued' : 'It would not be made'}
          findings={errors}
        />
      )}
      {warnings.length > 0 && <Findings tone="wait" title="Worth a second look" findings={warnings} />}
      {ignoredNames.length > 0 && (
        <Notice title="Left out, because the template does not take it">
          <p>{ignoredNames.join(', ')}</p>
        </Notice>
      )}
      {certificate !== undefined && <CertificateFacts certificate={certificate} />}
      {request !== undefined && <RequestFacts request={request} />}
    </>
  )
}

function Problems({ details }: { readonly details: readonly string[] }) {
  return (
    <Notice tone="bad">
      {details.map((detail) => (
        <p key={detail}>{detail}</p>
      ))}
    </Notice>
  )
}

/** Whose rules stand nowhere else. */
const OURS = 'Chancery'

function Findings({
  tone,
  title,
  findings,
}: {
  readonly tone: 'bad' | 'wait'
  readonly title: string
  readonly findings: Preview['findings']
}) {
  return (
    <Notice tone={tone} title={title}>
      <ul>
        {findings.map(({ lint, requires, detail, cites }) => (
          <li key={lint}>
            {requires} {detail} {cites !== OURS && <span className={classes['soft']}>{cites}</span>}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function detailsOf(error: unknown): readonly string[] {
  const { detail, errors = [] } = problemOf(error)
  return errors.length > 0 ? errors.map((one) => one.detail) : [detail]
}
