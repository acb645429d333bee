import { Anchor, Button, Modal } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuthorityDeletion, AuthoritySummary } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { nameOf } from '../../words/certificate-words.ts'

const CLOSE = { 'aria-label': 'Close' }

/** Says what goes with a CA and what stays, and deletes it when its name is typed. */
export function DeleteAuthorityDialog({
  authority: { id, name },
  onClose,
}: {
  readonly authority: Pick<AuthoritySummary, 'id' | 'name'>
  readonly onClose: () => void
}) {
  const { data, error } = useAsk('showAuthorityDeletion', { params: { id } })
  const act = useAct('deleteAuthority')
  const tell = useTell()
  const navigate = useNavigate()
  const title = `Delete ${name}`
  if (data === undefined || data.blockers.length > 0) {
    return (
      <Modal opened onClose={onClose} title={title} closeButtonProps={CLOSE}>
        {error ? <Failed error={error} /> : data === undefined ? <Loading /> : <Blocked blockers={data.blockers} />}
      </Modal>
    )
  }
  const remove = async () => {
    await act.run({ params: { id }, body: { name: data.name } })
    tell(`${name} is deleted.`)
    await navigate({ to: '/console/authorities', search: ({ tenant }) => ({ tenant, ca: undefined }) })
  }
  return (
    <ConfirmDialog title={title} confirm="Delete CA" typed={data.name} onConfirm={remove} onClose={onClose}>
      <p>This cannot be undone. With it go:</p>
      <ul>
        {goingOf(data).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {data.goes.certificates > 0 && <ExportFirst id={id} />}
      <Elsewhere elsewhere={data.elsewhere} />
      {data.stays.length > 0 && (
        <Notice title="What stays">
          <ul>
            {data.stays.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      )}
    </ConfirmDialog>
  )
}

/** The register goes with the CA: who may be asked for it later takes it along. */
function ExportFirst({ id }: { readonly id: string }) {
  const download = useDownload()
  const [error, setError] = useState<unknown>()
  return (
    <>
      <Button
        variant="default"
        size="xs"
        mb="md"
        onClick={() => void download('exportRegister', { params: { id } }).catch(setError)}
      >
        Export its register first
      </Button>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}

function Blocked({ blockers }: Pick<AuthorityDeletion, 'blockers'>) {
  return (
    <Notice tone="wait" title="CAs below it are alive">
      <p>Delete or revoke them first:</p>
      <ul>
        {blockers.map(({ authority, name }) => (
          <li key={authority}>{name}</li>
        ))}
      </ul>
    </Notice>
  )
}

/** CAs that nobody here can revoke any more. */
function Elsewhere({ elsewhere }: Pick<AuthorityDeletion, 'elsewhere'>) {
  if (elsewhere.length === 0) return null
  return (
    <Notice tone="wait" title="CAs elsewhere that it certified">
      <p>
        Their certificates go on being accepted, and nobody can revoke them any more. Revoke first those that should not
        be:
      </p>
      <ul>
        {elsewhere.map(({ certificate, subject, notAfter }) => (
          <li key={certificate}>
            <Anchor
              title={subject}
              underline="always"
              renderRoot={(props) => <Link to="/console/certificates/$id" params={{ id: certificate }} {...props} />}
            >
              {nameOf({ subject, subjectAltNames: [] })}
            </Anchor>
            , until <Moment at={notAfter} as="day" />
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function goingOf({ goes }: AuthorityDeletion): readonly string[] {
  const { keys, templates, pendingRequests, certificates, liveCertificates } = goes
  return [
    counted(keys, 'private key'),
    counted(templates, 'template'),
    ...(pendingRequests > 0 ? [counted(pendingRequests, 'pending request')] : []),
    `${counted(certificates, 'certificate record')}, ${liveCertificates} of them still valid`,
  ]
}

const MOST_COUNTED = 10_000

function counted(count: number, noun: string): string {
  return `${count >= MOST_COUNTED ? 'more than ' : ''}${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`
}
