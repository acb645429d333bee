import { Anchor, Radio, Select } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Authority, KeyType } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { KEY_TYPE_GROUPS, keyTypeLabel } from '../../words/key-types.ts'
import { NEW_PROFILE, profileOf } from './authority-values.ts'
import { currentGeneration } from './authority-words.ts'
import { ValidityFields } from './profile-fields.tsx'

const page = getRouteApi('/console/authorities/$id/renew')

/** Renew CA: with the key it has, or with a new one. */
export function RenewAuthorityPage() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAuthority', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return <Form authority={data} />
}

function Form({ authority: { id, name, generations } }: { readonly authority: Authority }) {
  const current = currentGeneration(generations)
  const fields = useFields({ ...NEW_PROFILE, key: 'same' as 'same' | 'new', keyType: '' as KeyType | '' }, (pointer) =>
    pointer.startsWith('/validity') ? 'length' : pointer.slice(1),
  )
  const act = useAct('renewAuthority')
  const tell = useTell()
  const navigate = useNavigate()
  const { key, keyType } = fields.values
  const submit = async () => {
    const { validity } = profileOf(fields.values)
    const isNew = key === 'new'
    const { state } = await act.run({
      params: { id },
      body: { key, validity, keyType: isNew ? keyType || undefined : undefined },
    })
    tell(state === 'renewed' ? `${name} is renewed.` : `${name} awaits its certificate: have its CSR signed.`)
    await navigate({ to: '/console/authorities/$id', params: { id } })
  }
  const newKey = fields.bind('keyType')
  return (
    <>
      <PageHeader
        title={`Renew ${name}`}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id }} {...props} />}>
            {name}
          </Anchor>
        }
        intro="A new certificate for the same CA. What it issued stays valid."
      />
      <Card>
        <ServerForm fields={fields} submit="Renew CA" onSubmit={submit}>
          <Radio.Group
            label="Key"
            value={key}
            onChange={(chosen) => fields.set('key', chosen === 'new' ? 'new' : 'same')}
            error={fields.bind('key').error}
          >
            <div className="stack" style={{ marginTop: '0.5rem' }}>
              <Radio
                value="same"
                label={`Keep the key${current ? ` (${keyTypeLabel(current.keyType)})` : ''}`}
                description="Clients that trust a root by its key go on trusting it; the new certificate has to be handed out all the same."
              />
              <Radio
                value="new"
                label="Make a new key"
                description="New certificates come from it. The old key goes on answering for what it signed, until that has expired."
              />
            </div>
          </Radio.Group>
          {key === 'new' && (
            <Select
              label="Type of the new key"
              data={[
                { value: '', label: 'As before' },
                ...KEY_TYPE_GROUPS.map(({ group, items }) => ({ group, items: [...items] })),
              ]}
              searchable
              allowDeselect={false}
              name={newKey.name}
              error={newKey.error}
              value={newKey.value}
              onChange={(chosen) => newKey.onChange((chosen ?? '') as KeyType | '')}
            />
          )}
          <ValidityFields fields={fields} standard="As long as before" />
        </ServerForm>
      </Card>
    </>
  )
}
