import { Button, TextInput } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { recoveryCodesIn, secondFactorIn } from '../../api/sign-in-answers.ts'
import { useAct } from '../../api/use-api.ts'
import { saveFile } from '../../api/use-download.ts'
import { Card } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import classes from './rows.module.css'
import { useRefreshAccount } from './use-refresh-account.ts'

const ScanCode = lazy(() => import('../../components/scan-code.tsx').then((it) => ({ default: it.ScanCode })))

type Step = 'rest' | 'begin' | 'renew' | 'remove'

/** A code of an authenticator app besides the password, with recovery codes for when the app is lost. */
export function SecondFactor({ isOn }: { readonly isOn: boolean }) {
  const [step, setStep] = useState<Step>('rest')
  const [codes, setCodes] = useState<readonly string[]>()
  const rest = () => setStep('rest')
  return (
    <Card
      title="Second factor"
      intro="A code from an authenticator app, asked for after the password."
      actions={<StateBadge tone={isOn ? 'good' : 'off'}>{isOn ? 'On' : 'Off'}</StateBadge>}
    >
      {codes !== undefined && <RecoveryCodes codes={codes} />}
      {step === 'rest' && !isOn && <Button onClick={() => setStep('begin')}>Set up second factor</Button>}
      {step === 'rest' && isOn && (
        <>
          <Button mr="xs" variant="default" onClick={() => setStep('renew')}>
            New recovery codes
          </Button>
          <Button variant="default" onClick={() => setStep('remove')}>
            Remove second factor
          </Button>
        </>
      )}
      {step === 'begin' && <Begin onCodes={setCodes} onDone={rest} />}
      {step === 'renew' && (
        <Confirm
          says="The old recovery codes then count no more."
          submit="Make new recovery codes"
          operation="renewRecoveryCodes"
          onDone={(answer) => {
            setCodes(recoveryCodesIn(answer))
            rest()
          }}
          onCancel={rest}
        />
      )}
      {step === 'remove' && (
        <Confirm
          says="Signing in then asks for the password alone."
          submit="Remove second factor"
          operation="removeSecondFactor"
          onDone={() => {
            setCodes(undefined)
            rest()
          }}
          onCancel={rest}
        />
      )}
    </Card>
  )
}

function Confirm({
  says,
  submit,
  operation,
  onDone,
  onCancel,
}: {
  readonly says: string
  readonly submit: string
  readonly operation: 'beginSecondFactor' | 'renewRecoveryCodes' | 'removeSecondFactor'
  readonly onDone: (answer: { [name: string]: unknown }) => void
  readonly onCancel: () => void
}) {
  const fields = useFields({ password: '' })
  const act = useAct(operation)
  const refresh = useRefreshAccount()
  const send = async () => {
    onDone(await act.run({ body: { password: fields.values.password || undefined } }))
    await refresh()
  }
  return (
    <ServerForm
      fields={fields}
      submit={submit}
      onSubmit={send}
      cancel={
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      }
    >
      <PasswordField
        label="Your password"
        description={says}
        autoComplete="current-password"
        autoFocus
        {...fields.bind('password')}
      />
    </ServerForm>
  )
}

function Begin({
  onCodes,
  onDone,
}: {
  readonly onCodes: (codes: readonly string[]) => void
  readonly onDone: () => void
}) {
  const [begun, setBegun] = useState<ReturnType<typeof secondFactorIn>>()
  if (begun === undefined) {
    return (
      <Confirm
        says="To be sure that it is you."
        submit="Continue"
        operation="beginSecondFactor"
        onDone={(answer) => setBegun(secondFactorIn(answer))}
        onCancel={onDone}
      />
    )
  }
  return (
    <div className={classes['scan']}>
      <Suspense fallback={null}>
        <ScanCode text={begun.address} says="Code for your authenticator app" />
      </Suspense>
      <div>
        <p>Scan the code with your authenticator app, or type its secret there:</p>
        <CodeValue what="secret">{begun.secret}</CodeValue>
        <GiveFirstCode
          onDone={() => {
            onCodes(begun.codes)
            onDone()
          }}
        />
      </div>
    </div>
  )
}

function GiveFirstCode({ onDone }: { readonly onDone: () => void }) {
  const fields = useFields({ code: '' })
  const act = useAct('verifyCode')
  const refresh = useRefreshAccount()
  const tell = useTell()
  const submit = async () => {
    await act.run({ body: { code: fields.values.code.replaceAll(' ', '') } })
    await refresh()
    tell('The second factor is on.')
    onDone()
  }
  return (
    <ServerForm fields={fields} submit="Switch on" onSubmit={submit}>
      <TextInput
        label="Code that the app shows now"
        inputMode="numeric"
        autoComplete="one-time-code"
        {...fields.bind('code')}
      />
    </ServerForm>
  )
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  return (
    <Notice tone="wait" title="Keep these recovery codes">
      <p>Each signs you in once when the authenticator is lost. They are shown this one time.</p>
      <ul className={classes['codes']} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button
        size="xs"
        variant="default"
        onClick={() => saveFile(new Blob([`${codes.join('\n')}\n`]), 'chancery-recovery-codes.txt')}
      >
        Download codes
      </Button>
    </Notice>
  )
}
