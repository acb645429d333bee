import { ActionIcon, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuthoritySummary } from '../../api/operations.ts'
import { Icon } from '../../frame/icon.tsx'
import { useMay } from '../../frame/use-may.ts'
import { AuthorityDialog, type DialogName } from './authority-dialogs.tsx'

/** What can be done with a CA. */
export function AuthorityMenu({
  authority,
}: {
  readonly authority: Pick<AuthoritySummary, 'id' | 'name' | 'status' | 'parent'>
}) {
  const { id, name, status } = authority
  const [dialog, setDialog] = useState<DialogName>()
  const opens = (which: DialogName) => () => setDialog(which)
  const may = useMay()('administrator', id)
  const isMade = status === 'active' || status === 'archived'
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may && (
            <Menu.Item renderRoot={(props) => <Link to="/console/authorities/$id/edit" params={{ id }} {...props} />}>
              Edit CA
            </Menu.Item>
          )}
          {may && status === 'active' && (
            <Menu.Item renderRoot={(props) => <Link to="/console/authorities/$id/renew" params={{ id }} {...props} />}>
              Renew CA
            </Menu.Item>
          )}
          {may && <Menu.Divider />}
          <Menu.Item onClick={opens('csr')}>Download or copy CSR</Menu.Item>
          {may && status !== 'archived' && <Menu.Item onClick={opens('import')}>Import signed certificate</Menu.Item>}
          {isMade && <Menu.Item onClick={opens('certificate')}>Get CA certificate</Menu.Item>}
          {isMade && <Menu.Item onClick={opens('addresses')}>Show CA service URLs</Menu.Item>}
          {isMade && (
            <Menu.Item renderRoot={(props) => <Link to="/console/authorities/$id/trust" params={{ id }} {...props} />}>
              Trust this CA
            </Menu.Item>
          )}
          <Menu.Item onClick={opens('export')}>Export register</Menu.Item>
          {may && <Menu.Divider />}
          {may && status === 'active' && <Menu.Item onClick={opens('archive')}>Archive CA</Menu.Item>}
          {may && <Menu.Item onClick={opens('delete')}>Delete CA</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {dialog !== undefined && (
        <AuthorityDialog name={dialog} authority={authority} onClose={() => setDialog(undefined)} />
      )}
    </>
  )
}
