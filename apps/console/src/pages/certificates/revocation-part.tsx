import { Button, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Certificate, RevocationReason } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { Notice } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { nameOf, REASONS, reasonLabel } from '../../words/certificate-words.ts'
import classes from './certificates.module.css'

/** Whether it is revoked and why, and the ways to revoke it or to end a hold. */
export function RevocationPart({ certificate }: { readonly certificate: Certificate }) {
  const { status, revocation, authority, decoded } = certificate
  const may = useMay()
  const isCa =
    decoded?.extensions.some(({ name, value }) => name === 'basicConstraints' && Object(value).ca === true) ?? false
  const mayRevoke = may(isCa || certificate.evidence?.by === 'system' ? 'administrator' : 'officer', authority)
  const isSharpened = revocation?.reason === 'keyCompromise'
  return (
    <>
      {revocation === undefined ? (
        status === 'expired' && (
          <Notice>It was not revoked, and has expired: there is nothing to revoke any more.</Notice>
        )
      ) : (
        <Card title={status === 'held' ? 'On hold' : 'Revoked'}>
          <Facts
            items={[
              ['Since', <Moment key="at" at={revocation.revokedAt} />],
              ['Reason', reasonLabel(revocation.reason)],
              ...(revocation.invalidityDate === undefined
                ? []
                : ([['Key unsafe since', <Moment key="invalid" at={revocation.invalidityDate} />]] as const)),
            ]}
          />
          {status === 'held' && mayRevoke && <EndHold certificate={certificate} />}
        </Card>
      )}
      {mayRevoke ? (
        !isSharpened && status !== 'expired' && <RevokeCard certificate={certificate} isCa={isCa} />
      ) : (
        <Notice>To revoke it needs the role {isCa ? 'administrator' : 'officer'} for its CA.</Notice>
      )}
    </>
  )
}

function EndHold({ certificate }: { readonly certificate: Certificate }) {
  const [isAsked, setAsked] = useState(false)
  const unrevoke = useAct('unrevokeCertificate')
  const tell = useTell()
  const end = async () => {
    await unrevoke.run({ params: { id: certificate.id } })
    tell('The hold has ended.')
  }
  return (
    <>
      <Button variant="default" mt="sm" onClick={() => setAsked(true)}>
        End the hold
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={`End the hold of ${nameOf(certificate)}`}
          confirm="End the hold"
          isDestructive={false}
          onConfirm={end}
          onClose={() => setAsked(false)}
        >
          <p>It is valid again at once, and leaves the list of revoked certificates.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

/** What may be chosen: some reasons are for CAs alone, and what is revoked for good may only be sharpened. */
function reasonsFor(status: Certificate['status'], isCa: boolean) {
  if (status === 'revoked') return REASONS.filter(({ value }) => value === 'keyCompromise')
  return REASONS.filter(
    ({ value }) =>
      !(status === 'held' && value === 'certificateHold') &&
      (isCa || (value !== 'cACompromise' && value !== 'aACompromise')),
  )
}

/** A hold may become any reason; what is revoked for good may only be sharpened. */
function RevokeCard({ certificate, isCa }: { readonly certificate: Certificate; readonly isCa: boolean }) {
  const { status } = certificate
  const reasons = reasonsFor(status, isCa)
  const [reason, setReason] = useState<RevocationReason>(reasons[0]?.value ?? 'unspecified')
  const [since, setSince] = useState('')
  const [isAsked, setAsked] = useState(false)
  const revoke = useAct('revokeCertificate')
  const tell = useTell()
  const isHold = reason === 'certificateHold'
  const run = async () => {
    const invalidityDate = since === '' || isHold ? {} : { invalidityDate: new Date(since).toISOString() }
    await revoke.run({ params: { id: certificate.id }, body: { reason, ...invalidityDate } })
    tell(isHold ? 'It is on hold.' : 'It is revoked.')
  }
  return (
    <Card
      title={status === 'revoked' ? 'Its key was compromised' : 'Revoke it'}
      intro="Whoever checks it is told within seconds by OCSP, and by the next CRL."
    >
      <Radio.Group
        label="Reason"
        value={reason}
        onChange={(value) => setReason(reasons.find((one) => one.value === value)?.value ?? reason)}
      >
        <div className={classes['reasons']}>
          {reasons.map(({ value, label, says }) => (
            <Radio key={value} value={value} label={label} description={says} />
          ))}
        </div>
      </Radio.Group>
      {!isHold && (
        <TextInput
          mt="md"
          maw="20rem"
          type="datetime-local"
          label="Key unsafe since"
          description="If it is known. What was signed before stays trustworthy."
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
      )}
      <Button mt="md" onClick={() => setAsked(true)}>
        {isHold ? 'Put on hold' : 'Revoke'}
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={`${isHold ? 'Put on hold' : 'Revoke'}: ${nameOf(certificate)}`}
          confirm={isHold ? 'Put on hold' : 'Revoke'}
          onConfirm={run}
          onClose={() => setAsked(false)}
        >
          <p>Programs that check it refuse it from now on.</p>
          <p>
            {isHold ? 'A hold can be ended again.' : 'This cannot be undone: a new certificate has to take its place.'}
          </p>
        </ConfirmDialog>
      )}
    </Card>
  )
}
