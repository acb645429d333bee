import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { Foldable } from '../../components/foldable.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'
import { useAuthorities } from '../../frame/authorities.ts'
import { KEY_TYPE_GROUPS } from '../../words/key-types.ts'
import { type AuthorityValues, authorityFieldOf, bodyOf, NEW_AUTHORITY } from './authority-values.ts'
import { ProfileFields, ValidityFields } from './profile-fields.tsx'
import { SettingsFields } from './settings-fields.tsx'

const consoleApi = getRouteApi('/console')

const KINDS = {
  root: ['Root', 'It signs itself, and clients are told to trust it.'],
  intermediate: ['Intermediate', 'A CA of yours signs it. Clients that trust that one trust this one.'],
  csr: ['CSR only', 'Somebody else signs it: you get a CSR, and import the certificate that comes back.'],
} as const

/** Create New CA: a name is enough; everything else has a default that can be changed. */
export function CreateAuthorityPage() {
  const { ca = '' } = consoleApi.useSearch()
  const { data: authorities = [] } = useAuthorities()
  const active = authorities.filter(({ status }) => status === 'active')
  const fields = useFields<AuthorityValues>({ ...NEW_AUTHORITY, parent: ca }, authorityFieldOf)
  const act = useAct('createAuthority')
  const navigate = useNavigate()
  const submit = async () => {
    const made = await act.run({ body: bodyOf(fields.values) })
    const to = made.status === 'active' ? '/console/authorities/$id/ready' : '/console/authorities/$id'
    await navigate({ to, params: { id: made.id }, search: ({ tenant }) => ({ tenant, ca: made.id }) })
  }
  return (
    <>
      <PageHeader
        title="Create a CA"
        intro="Only a name is required."
        actions={
          <Button variant="default" renderRoot={(props) => <Link to="/console/authorities/import" {...props} />}>
            Import an existing CA
          </Button>
        }
      />
      <TwoColumns
        main={
          <ServerForm fields={fields} submit="Create CA" onSubmit={submit}>
            <Card>
              <Basics fields={fields} parents={active} />
            </Card>
            <Advanced fields={fields} />
          </ServerForm>
        }
        aside={<Previewed values={fields.values} />}
      />
    </>
  )
}

function Basics({
  fields,
  parents,
}: {
  readonly fields: Fields<AuthorityValues>
  readonly parents: readonly { readonly id: string; readonly name: string }[]
}) {
  const { kind } = fields.values
  const choose = (chosen: AuthorityValues['kind']) => {
    fields.set('kind', chosen)
    fields.set('pathLength', chosen === 'root' ? '' : '0')
    if (fields.values.parent === '' && parents[0] !== undefined) fields.set('parent', parents[0].id)
  }
  const { onChange: chooseParent, ...parent } = fields.bind('parent')
  return (
    <div className="stack">
      <div>
        <SegmentedControl
          aria-label="Kind of CA"
          value={kind}
          data={(['root', 'intermediate', 'csr'] as const)
            .filter((one) => one !== 'intermediate' || parents.length > 0)
            .map((value) => ({ value, label: KINDS[value][0] }))}
          onChange={choose}
        />
        <p className="hint">{KINDS[kind][1]}</p>
      </div>
      {kind === 'intermediate' && (
        <Select
          label="Signed by"
          data={parents.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          {...parent}
          onChange={(id) => chooseParent(id ?? '')}
        />
      )}
      <TextInput
        label="Certificate authority name"
        description="Its common name. People see it when they look at a certificate."
        placeholder="Example Root CA"
        required
        autoFocus
        {...fields.bind('name')}
      />
      <TextInput label="Organization" {...fields.bind('organization')} />
      {kind !== 'csr' && <ValidityFields fields={fields} standard={kind === 'root' ? '10 years' : '5 years'} />}
    </div>
  )
}

function Advanced({ fields }: { readonly fields: Fields<AuthorityValues> }) {
  const { keyType } = fields.values
  const key = fields.bind('keyType')
  return (
    <>
      <Foldable title="Subject" says="Unit, country, state, locality">
        <TextInput label="Organizational unit" {...fields.bind('unit')} />
        <TextInput label="Country" description="Two letters, e.g. DE." maxLength={2} {...fields.bind('country')} />
        <TextInput label="State or province" {...fields.bind('state')} />
        <TextInput label="Locality" {...fields.bind('locality')} />
      </Foldable>
      <Foldable title="Key and certificate" says="Key type, signature, usages, name constraints">
        <Select
          label="Key type"
          description="ECDSA P-256 is quick and understood everywhere. RSA is for very old clients; post-quantum keys for clients that know them."
          data={KEY_TYPE_GROUPS.map(({ group, items }) => ({ group, items: [...items] }))}
          searchable
          allowDeselect={false}
          name={key.name}
          error={key.error}
          value={key.value}
          onChange={(chosen) => {
            if (chosen === null) return
            key.onChange(chosen as AuthorityValues['keyType'])
            fields.set('signatureAlgorithm', '')
          }}
        />
        <ProfileFields fields={fields} keyType={keyType} />
      </Foldable>
      <Foldable title="Services" says="Addresses, CRLs, retention">
        <SettingsFields fields={fields} keyType={keyType} />
      </Foldable>
      <Foldable title="Practice statement" says="What you promise: shown on its CPS page">
        <Textarea
          label="Practice statement (CPS)"
          description="Plain text or Markdown."
          autosize
          minRows={4}
          maxRows={16}
          {...fields.bind('cps')}
        />
      </Foldable>
    </>
  )
}

function Previewed({ values }: { readonly values: AuthorityValues }) {
  const [settled] = useDebouncedValue(values, 350)
  const isNamed = settled.name.trim() !== ''
  const preview = useAsk('previewAuthority', { body: bodyOf(settled) }, { enabled: isNamed, keepPrevious: true })
  const isCsr = settled.kind === 'csr'
  const what = isCsr ? 'CSR' : 'certificate'
  return (
    <>
      <CertificatePreview
        what={what}
        preview={isNamed ? preview : { ...preview, data: undefined, error: null }}
        waiting={`Type a name, and the ${what} is shown here.`}
      />
      {isCsr && (
        <Card title="What happens next">
          <p>
            A key is made here, and a CSR for it that asks for what you choose. Whoever signs it decides what the
            certificate says, and how long it is valid.
          </p>
        </Card>
      )}
    </>
  )
}
