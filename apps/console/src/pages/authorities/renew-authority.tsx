import { Anchor, Radio, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Authority, KeyType, RenewAuthority } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { KEY_TYPE_GROUPS, keyTypeLabel } from '../../words/key-types.ts'
import { constraintsOf, NEW_PROFILE, type ProfileValues, profileFieldOf, profileOf } from './authority-values.ts'
import { activeCertificate, currentGeneration } from './authority-words.ts'
import { AwaitsCertificate } from './awaits-certificate.tsx'
import { ProfileFields, ValidityFields } from './profile-fields.tsx'
import { profileOfCertificate } from './profile-of-certificate.ts'

const page = getRouteApi('/console/authorities/$id/renew')

/** Renew CA: with the key it has, or with a new one. */
export function RenewAuthorityPage() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAuthority', { params: { id } })
  const isRenewable = data?.status === 'active'
  const certificate = useAsk(
    'downloadAuthorityCertificate',
    { params: { id }, query: { format: 'pem' } },
    { enabled: isRenewable },
  )
  if (data !== undefined && !isRenewable) return <NotRenewable authority={data} />
  const failed = error ?? certificate.error
  if (failed) return <Failed error={failed} onRetry={error ? refetch : certificate.refetch} />
  if (data === undefined || certificate.data === undefined) return <Loading lines={8} />
  return <Form authority={data} certificate={certificate.data} />
}

/** Nothing leads here but an old link: the menu offers no renewal of it. */
function NotRenewable({ authority }: { readonly authority: Authority }) {
  return (
    <>
      <Heading authority={authority} />
      {authority.status === 'awaiting-certificate' ? (
        <AwaitsCertificate authority={authority} />
      ) : (
        <Notice title={`It is ${authority.status}`}>
          <p>It issues nothing more, and cannot be renewed.</p>
        </Notice>
      )}
    </>
  )
}

function Heading({ authority: { id, name }, intro }: { readonly authority: Authority; readonly intro?: string }) {
  return (
    <PageHeader
      title={`Renew ${name}`}
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id }} {...props} />}>
          {name}
        </Anchor>
      }
      {...(intro !== undefined && { intro })}
    />
  )
}

/** Who signs the next certificate, and how long it is valid unless somebody says otherwise. */
const SIGNERS = {
  itself: '10 years',
  parent: '5 years',
  elsewhere: undefined,
} as const

const SAYS = {
  same: 'The same as before',
  new: 'Something else',
} as const

const NEW_RENEWAL = {
  ...NEW_PROFILE,
  constraints: 'before' as ProfileValues['constraints'],
  key: 'same' as 'same' | 'new',
  keyType: '' as KeyType | '',
  says: 'same' as keyof typeof SAYS,
}
type RenewalValues = typeof NEW_RENEWAL

function Form({ authority, certificate }: { readonly authority: Authority; readonly certificate: string }) {
  const { id, name, generations } = authority
  const current = currentGeneration(generations)
  const signer = signerOf(authority)
  // Who changes one thing keeps the others as they are.
  const fields = useFields<RenewalValues>({ ...NEW_RENEWAL, ...profileOfCertificate(certificate) }, renewalFieldOf)
  const act = useAct('renewAuthority')
  const tell = useTell()
  const navigate = useNavigate()
  const [awaits, setAwaits] = useState(false)
  const showIt = () => navigate({ to: '/console/authorities/$id', params: { id } })
  const submit = async () => {
    const { state } = await act.run({ params: { id }, body: renewalOf(fields.values, signer) })
    if (state !== 'renewed') return setAwaits(true)
    tell(`${name} is renewed.`)
    await showIt()
  }
  const heading = (
    <Heading authority={authority} intro="A new certificate for the same CA. What it issued stays valid." />
  )
  if (awaits) {
    return (
      <>
        {heading}
        <AwaitsCertificate authority={authority} onImported={showIt} />
      </>
    )
  }
  return (
    <>
      {heading}
      <TwoColumns
        main={
          <Card>
            <ServerForm fields={fields} submit="Renew CA" onSubmit={submit}>
              <KeyFields fields={fields} before={current?.keyType} signer={signer} />
              {SIGNERS[signer] === undefined ? (
                <p className="hint">You get a CSR. Whoever signs it says how long the certificate is valid.</p>
              ) : (
                <ValidityFields fields={fields} standard={SIGNERS[signer]} />
              )}
              <CertificateFields fields={fields} before={current?.keyType} />
            </ServerForm>
          </Card>
        }
        aside={<Previewed id={id} values={fields.values} signer={signer} />}
      />
    </>
  )
}

function Previewed({
  id,
  values,
  signer,
}: {
  readonly id: string
  readonly values: RenewalValues
  readonly signer: keyof typeof SIGNERS
}) {
  const [settled] = useDebouncedValue(values, 350)
  const body = renewalOf(settled, signer)
  const preview = useAsk('previewRenewal', { params: { id }, body }, { keepPrevious: true })
  return <CertificatePreview preview={preview} what={signer === 'elsewhere' ? 'CSR' : 'certificate'} waiting="" />
}

const KEPT_ROOT_KEY =
  'Clients that trust a root by its key go on trusting it; the new certificate has to be handed out all the same.'
const KEPT_KEY = 'What it issued chains to the new certificate as well as to the one before.'

interface RenewalFields {
  readonly fields: Fields<RenewalValues>
  /** The type of the key that there is. */
  readonly before: KeyType | undefined
}

function KeyFields({ fields, before, signer }: RenewalFields & { readonly signer: keyof typeof SIGNERS }) {
  const newKey = fields.bind('keyType')
  const { key } = fields.values
  return (
    <>
      <Radio.Group
        label="Key"
        value={key}
        onChange={(chosen) => fields.set('key', chosen === 'new' ? 'new' : 'same')}
        error={fields.bind('key').error}
      >
        <div className="stack" style={{ marginTop: '0.5rem' }}>
          <Radio
            value="same"
            label={`Keep the key${before ? ` (${keyTypeLabel(before)})` : ''}`}
            description={signer === 'itself' ? KEPT_ROOT_KEY : KEPT_KEY}
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
          onChange={(chosen) => {
            newKey.onChange((chosen ?? '') as KeyType | '')
            fields.set('signatureAlgorithm', '')
          }}
        />
      )}
    </>
  )
}

function CertificateFields({ fields, before }: RenewalFields) {
  const { key, keyType, says } = fields.values
  return (
    <>
      <Select
        label="What the certificate says"
        description="Signature, path length, usages and name constraints."
        data={[
          { value: 'same', label: SAYS.same },
          { value: 'new', label: SAYS.new },
        ]}
        allowDeselect={false}
        value={says}
        onChange={(chosen) => fields.set('says', chosen === 'new' ? 'new' : 'same')}
      />
      {says === 'new' && (
        <ProfileFields fields={fields} keyType={(key === 'new' && keyType) || before} unsaid="As before" />
      )}
    </>
  )
}

function signerOf({ parent, generations }: Authority): keyof typeof SIGNERS {
  const certificate = activeCertificate(currentGeneration(generations))
  if (certificate !== undefined && certificate.issuer === certificate.subject) return 'itself'
  return parent === undefined ? 'elsewhere' : 'parent'
}

/** What is asked for. What is left out stays as the certificate has it. */
function renewalOf(values: RenewalValues, signer: keyof typeof SIGNERS): RenewAuthority {
  const { validity, ...said } = profileOf(values)
  return {
    key: values.key,
    ...(values.key === 'new' && values.keyType !== '' && { keyType: values.keyType }),
    ...(signer !== 'elsewhere' && { validity }),
    ...(values.says === 'new' && {
      ...said,
      extendedKeyUsage: values.purposes,
      nameConstraints: constraintsAfter(values),
      signatureAlgorithm: values.signatureAlgorithm || undefined,
    }),
  }
}

/** Which field of the form a problem means; none of those that are not shown. */
function renewalFieldOf(pointer: string, values: RenewalValues): string | undefined {
  const field = profileFieldOf(pointer, values) ?? ''
  if (field === 'keyType') return values.key === 'new' ? field : undefined
  return values.says === 'new' || VALIDITY_FIELDS.includes(field) ? field : undefined
}
const VALIDITY_FIELDS = ['validity', 'length', 'notBefore', 'notAfter', 'key']

function constraintsAfter(values: RenewalValues): RenewAuthority['nameConstraints'] {
  if (values.constraints === 'before') return undefined
  return values.constraints === 'none' ? null : constraintsOf(values)
}
