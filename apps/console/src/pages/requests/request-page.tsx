import { Anchor, Button, Tabs } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { CertificateRequest, SentClaim } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PlaceLink } from '../../components/place-link.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { useNames } from '../../frame/use-names.ts'
import { nameOf } from '../../words/certificate-words.ts'
import { ClaimLink } from './claim-link.tsx'
import { Approve, Claimed, ToBeClaimed } from './claim-parts.tsx'
import { DeclineDialog } from './decline-dialog.tsx'
import { NO_OVERRIDES, type OverridesForm, overridesOf } from './overrides.ts'
import { REQUEST_STATUS_WORDS, REQUEST_TABS, type RequestTab } from './request-words.ts'
import { RequestedAttributes } from './requested-attributes.tsx'
import classes from './requests.module.css'
import { usePreview } from './use-preview.ts'
import { ValidityEditor } from './validity-editor.tsx'

const pageApi = getRouteApi('/console/requests/$id')

const TABS: Readonly<Record<RequestTab, string>> = {
  attributes: 'Requested Attributes',
  validity: 'Validity',
  csr: 'CSR',
}

/** A request: what was asked for, what signing it would issue, and the two answers. */
export function RequestPage() {
  const { id } = pageApi.useParams()
  const { data, error, refetch } = useAsk('showRequest', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  return data === undefined ? <Loading lines={8} /> : <Shown key={data.id} request={data} />
}

function Shown({ request }: { readonly request: CertificateRequest }) {
  const { status, authority } = request
  const may = useMay()
  // Here, for it outlasts the answer that it came by.
  const [sent, setSent] = useState<SentClaim>()
  return (
    <>
      <PageHeader
        title={nameOf(request)}
        above={<Anchor renderRoot={(props) => <Link to="/console/requests" {...props} />}>Pending Requests</Anchor>}
        actions={<StateBadge tone={REQUEST_STATUS_WORDS[status].tone}>{REQUEST_STATUS_WORDS[status].label}</StateBadge>}
      />
      <Decided request={request} />
      {status === 'approved' && may('officer', authority) && <ToBeClaimed request={request} onSent={setSent} />}
      {status === 'issued' && request.approved !== undefined && may('officer', authority) && (
        <Claimed request={request} onSent={setSent} />
      )}
      {sent !== undefined && <ClaimLink claim={sent} />}
      {status === 'pending' && request.templateChanged && (
        <Notice tone="wait">
          The template was changed since this was asked for. What is shown here is as it is now.
        </Notice>
      )}
      {status === 'pending' ? (
        <Waiting request={request} mayDecide={may('officer', authority)} onSent={setSent} />
      ) : (
        <RequestTabs request={request} form={NO_OVERRIDES} onChange={undefined} />
      )}
    </>
  )
}

/** What it says, beside the certificate that it would become. */
function Waiting({
  request,
  mayDecide,
  onSent,
}: {
  readonly request: CertificateRequest
  readonly mayDecide: boolean
  readonly onSent: (claim: SentClaim) => void
}) {
  const [form, setForm] = useState<OverridesForm>(NO_OVERRIDES)
  const preview = usePreview(request, form)
  return (
    <TwoColumns
      main={
        <>
          <RequestTabs request={request} form={form} onChange={mayDecide ? setForm : undefined} />
          {mayDecide &&
            (request.csr === undefined ? (
              <Approve request={request} form={form} onSent={onSent} />
            ) : (
              <Decide request={request} form={form} />
            ))}
        </>
      }
      aside={<CertificatePreview preview={preview} />}
    />
  )
}

/** What became of it. */
function Decided({ request: { status, certificate, decidedAt, note } }: { readonly request: CertificateRequest }) {
  if (status === 'issued' && certificate !== undefined) {
    return (
      <Notice tone="good">
        <p>
          It was signed.{' '}
          <PlaceLink kind="certificate" id={certificate}>
            Show the certificate
          </PlaceLink>
        </p>
      </Notice>
    )
  }
  if (status === 'signing') {
    return <Notice>It was approved, and is signed as soon as the key of its CA can be reached.</Notice>
  }
  if (status === 'declined') {
    return (
      <Notice title={note === undefined ? 'It was declined' : `It was declined: ${note}`}>
        {decidedAt !== undefined && <Moment at={decidedAt} />}
      </Notice>
    )
  }
  return note === undefined ? null : <Notice tone="wait">{note}</Notice>
}

function RequestTabs({
  request,
  form,
  onChange,
}: {
  readonly request: CertificateRequest
  readonly form: OverridesForm
  /** Absent for who may not decide, and when it is decided. */
  readonly onChange: ((form: OverridesForm) => void) | undefined
}) {
  const { tab = 'attributes' } = pageApi.useSearch()
  const navigate = pageApi.useNavigate()
  const choose = (chosen: string | null) =>
    void navigate({
      search: (all) => ({ ...all, tab: REQUEST_TABS.find((one) => one === chosen && one !== 'attributes') }),
      replace: true,
    })
  return (
    <Card>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List className={classes['tabs'] ?? ''}>
          {REQUEST_TABS.filter((one) => one !== 'csr' || request.csr !== undefined).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {TABS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="attributes">
          <About request={request} />
          <RequestedAttributes
            request={request}
            names={form.names}
            onChange={onChange && ((names) => onChange({ ...form, names }))}
          />
        </Tabs.Panel>
        <Tabs.Panel value="validity">
          <div className={classes['facts']}>
            <WantedValidity request={request} />
          </div>
          {onChange && (
            <ValidityEditor value={form.validity} onChange={(validity) => onChange({ ...form, validity })} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="csr">
          {request.csr !== undefined && <CodeBlock what="the CSR">{request.csr.trim()}</CodeBlock>}
        </Tabs.Panel>
      </Tabs>
    </Card>
  )
}

function About({ request: { authority, template, requestedBy, createdAt } }: { readonly request: CertificateRequest }) {
  const nameOfId = useNames()
  const { account = '', email } = requestedBy
  const { data: member } = useAsk('showMember', { params: { account } }, { enabled: account !== '' })
  return (
    <Facts
      items={[
        ['CA', nameOfId(authority) ?? authority],
        ['Template', nameOfId(template) ?? 'Deleted'],
        ['Asked by', (account === '' ? email : (member?.name ?? account)) ?? 'The holder of the earlier certificate'],
        ...(account !== '' && email !== undefined ? [['For', email] as const] : []),
        ['Asked', <Moment key="at" at={createdAt} />],
      ]}
    />
  )
}

function WantedValidity({ request: { wishes, approved, preview } }: { readonly request: CertificateRequest }) {
  const { validity } = approved ?? wishes
  const given = preview?.certificate
  return (
    <Facts
      items={[
        [
          approved === undefined ? 'Wanted' : 'Approved',
          validity === undefined ? (
            'What the template gives'
          ) : validity.days !== undefined ? (
            `${validity.days} days`
          ) : validity.hours !== undefined ? (
            `${validity.hours} hours`
          ) : (
            <span key="wanted">
              <Moment at={validity.notBefore ?? ''} /> to <Moment at={validity.notAfter ?? ''} />
            </span>
          ),
        ],
        ...(given === undefined
          ? []
          : ([
              [
                'If signed now',
                <span key="given">
                  <Moment at={given.notBefore} /> to <Moment at={given.notAfter} />
                </span>,
              ],
            ] as const)),
      ]}
    />
  )
}

/** The two answers. */
function Decide({ request, form }: { readonly request: CertificateRequest; readonly form: OverridesForm }) {
  const { id, templateRevision, templateChanged } = request
  const sign = useAct('signRequest')
  const [isDeclining, setDeclining] = useState(false)
  const navigate = useNavigate()
  const tell = useTell()
  const run = async () => {
    // The revision that is looked at, where it is known which one that is.
    const seen = templateChanged ? {} : { templateRevision }
    const issued = await sign.run({ params: { id }, body: { ...overridesOf(form), ...seen } }).catch(() => undefined)
    if (issued === undefined) return
    tell(issued.state === 'issued' ? 'Signed.' : 'Approved. It is signed as soon as the key of its CA can be reached.')
    if (issued.state === 'issued') await navigate({ to: '/console/certificates/$id', params: { id: issued.id } })
  }
  return (
    <>
      {sign.error !== null && <Failed error={sign.error} />}
      <div className={classes['decide']}>
        <Button loading={sign.isRunning} onClick={run}>
          Sign
        </Button>
        <Button variant="default" onClick={() => setDeclining(true)}>
          Decline
        </Button>
      </div>
      {isDeclining && <DeclineDialog request={request} onClose={() => setDeclining(false)} />}
    </>
  )
}
