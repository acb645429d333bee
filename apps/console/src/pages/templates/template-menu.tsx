import { ActionIcon, Menu, Modal } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Template } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { Icon } from '../../frame/icon.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { PublicRequestDialog } from './public-request-dialog.tsx'

/** What can be done with a template. */
export function TemplateMenu({ template }: { readonly template: Template }) {
  const { id, name, privileged } = template
  const [dialog, setDialog] = useState<'addresses' | 'delete' | 'public'>()
  const close = () => setDialog(undefined)
  const mayDo = useMay()
  const may = mayDo('administrator', template.authority)
  const mayApprove = mayDo('officer', template.authority)
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item renderRoot={(props) => <Link to="/console/templates/$id" params={{ id }} {...props} />}>
            {may ? 'Edit template' : 'Show template'}
          </Menu.Item>
          <Menu.Item renderRoot={(props) => <Link to="/console/requests/new" search={{ template: id }} {...props} />}>
            Submit CSR
          </Menu.Item>
          {!privileged && <Menu.Item onClick={() => setDialog('public')}>Public certificate request</Menu.Item>}
          {!privileged && mayApprove && (
            <Menu.Item
              renderRoot={(props) => <Link to="/console/requests/pre-approve" search={{ template: id }} {...props} />}
            >
              Create pre-approved request
            </Menu.Item>
          )}
          <Menu.Item onClick={() => setDialog('addresses')}>Show template service URLs</Menu.Item>
          {may && <Menu.Divider />}
          {may && <Menu.Item onClick={() => setDialog('delete')}>Delete template</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'addresses' && <AddressesDialog template={template} onClose={close} />}
      {dialog === 'public' && <PublicRequestDialog template={template} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog template={template} onClose={close} />}
    </>
  )
}

function AddressesDialog({
  template: { id, name },
  onClose,
}: {
  readonly template: Template
  readonly onClose: () => void
}) {
  const { data, error } = useAsk('showTemplateServiceUrls', { params: { id } })
  const shown = [
    ['CRL', data?.crl],
    ['OCSP', data?.ocsp],
    ['Certificate (AIA)', data?.aia],
    ['Practice statement', data?.cps],
    ['Public certificate request', data?.publicRequests],
  ] as const
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={`Service URLs of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {error ? <Failed error={error} /> : data === undefined && <Loading />}
      {data?.warnings.map((warning) => (
        <Notice key={warning} tone="wait">
          <p>{warning}</p>
        </Notice>
      ))}
      {data !== undefined && (
        <>
          <p className="hint">Its certificates carry these addresses, but for the last: there strangers ask for one.</p>
          <Facts
            items={shown.map(([label, url]) => [
              label,
              url === undefined ? (
                'Switched off'
              ) : (
                <CodeValue key={label} what={`${label} address`}>
                  {url}
                </CodeValue>
              ),
            ])}
          />
        </>
      )}
    </Modal>
  )
}

function DeleteDialog({
  template: { id, name },
  onClose,
}: {
  readonly template: Template
  readonly onClose: () => void
}) {
  const act = useAct('deleteTemplate')
  const tell = useTell()
  const navigate = useNavigate()
  const remove = async () => {
    await act.run({ params: { id } })
    tell(`${name} is deleted.`)
    await navigate({ to: '/console/templates' })
  }
  return (
    <ConfirmDialog title={`Delete ${name}`} confirm="Delete template" onConfirm={remove} onClose={onClose}>
      <p>
        The template goes, and nothing is issued by it any more. Its certificates stay in the register. It can be
        deleted once each of them has expired or is revoked for good.
      </p>
    </ConfirmDialog>
  )
}
