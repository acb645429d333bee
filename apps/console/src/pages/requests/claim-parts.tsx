import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CertificateRequest, SentClaim } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { Failed, Notice } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { nameOf } from '../../words/certificate-words.ts'
import { DeclineDialog } from './decline-dialog.tsx'
import { type OverridesForm, overridesOf } from './overrides.ts'
import classes from './requests.module.css'

/** The answers to a request that has no key yet: who asked claims the certificate, and brings one. */
export function Approve({
  request,
  form,
  onSent,
}: {
  readonly request: CertificateRequest
  readonly form: OverridesForm
  readonly onSent: (claim: SentClaim) => void
}) {
  const { id, templateRevision, templateChanged } = request
  const approve = useAct('approveRequest')
  const tell = useTell()
  const run = async () => {
    const seen = templateChanged ? {} : { templateRevision }
    const claim = await approve.run({ params: { id }, body: { ...overridesOf(form), ...seen } }).catch(() => undefined)
    if (claim === undefined) return
    onSent(claim)
    tell(claim.mailed ? 'Approved. The link to claim it is on its way.' : 'Approved.')
  }
  return (
    <>
      {approve.error !== null && <Failed error={approve.error} />}
      <Answers request={request} label="Approve" isRunning={approve.isRunning} onYes={run} />
    </>
  )
}

/** An approved one: the link can be sent again, as long as nobody claimed. */
export function ToBeClaimed({
  request,
  onSent,
}: {
  readonly request: CertificateRequest
  readonly onSent: (claim: SentClaim) => void
}) {
  const resend = useAct('resendClaim')
  const tell = useTell()
  const run = async () => {
    const claim = await resend.run({ params: { id: request.id } }).catch(() => undefined)
    if (claim === undefined) return
    onSent(claim)
    tell(claim.mailed ? 'Another link is on its way. The one before has ended.' : 'The link before has ended.')
  }
  return (
    <>
      {resend.error !== null && <Failed error={resend.error} />}
      <Notice title="Approved, and not claimed yet">
        {request.claim !== undefined && (
          <p>
            The link lives until <Moment at={request.claim.expiresAt} />.
          </p>
        )}
      </Notice>
      <div className={classes['parted']}>
        <Answers request={request} label="Send another link" isRunning={resend.isRunning} onYes={run} />
      </div>
    </>
  )
}

/** A claim that led to a certificate: it can be had once more by who lost the key. */
export function Claimed({
  request,
  onSent,
}: {
  readonly request: CertificateRequest
  readonly onSent: (claim: SentClaim) => void
}) {
  const [isAsked, setAsked] = useState(false)
  const reopen = useAct('reopenClaim')
  const tell = useTell()
  const run = async () => {
    const claim = await reopen.run({ params: { id: request.id } })
    onSent(claim)
    tell(claim.mailed ? 'Open again. Another link is on its way.' : 'Open again.')
  }
  return (
    <div className={classes['parted']}>
      <Button variant="default" onClick={() => setAsked(true)}>
        Re-open the claim
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={`Re-open the claim of ${nameOf(request)}`}
          confirm="Revoke and re-open"
          onConfirm={run}
          onClose={() => setAsked(false)}
        >
          <p>For whoever lost the key, or the browser that had it.</p>
          <p>
            The certificate that was made is revoked (superseded) at once, and a new link goes out, by which another one
            is made with the same names.
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}

function Answers({
  request,
  label,
  isRunning,
  onYes,
}: {
  readonly request: CertificateRequest
  readonly label: string
  readonly isRunning: boolean
  readonly onYes: () => Promise<void>
}) {
  const [isDeclining, setDeclining] = useState(false)
  return (
    <>
      <div className={classes['decide']}>
        <Button loading={isRunning} onClick={onYes}>
          {label}
        </Button>
        <Button variant="default" onClick={() => setDeclining(true)}>
          Decline
        </Button>
      </div>
      {isDeclining && <DeclineDialog request={request} onClose={() => setDeclining(false)} />}
    </>
  )
}
