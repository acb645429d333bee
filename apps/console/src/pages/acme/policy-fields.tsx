import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import type { Fields } from '../../components/use-fields.ts'
import { Icon } from '../../frame/icon.tsx'
import { KEY_TYPE_GROUPS } from '../../words/key-types.ts'
import { CHALLENGES, type PolicyValues, type ProfileValues } from './policy-values.ts'

const CHALLENGE_WORDS: Readonly<Record<(typeof CHALLENGES)[number], string>> = {
  'http-01': 'http-01: its web server, at port 80, shows a file',
  'dns-01': 'dns-01: a TXT record; the one that proves wildcards',
  'tls-alpn-01': 'tls-alpn-01: its TLS server, at port 443, shows a certificate',
  'dns-persist-01': 'dns-persist-01: a TXT record that stays; wants a CAA identity below',
}

/** What a policy says. */
export function PolicyFields({
  fields,
  authority,
}: {
  readonly fields: Fields<PolicyValues>
  readonly authority: string
}) {
  const confirmation = fields.bindChecked('confirmed')
  const { value: challenges, onChange: setChallenges, error } = fields.bind('challenges')
  return (
    <>
      <Card title="What is certified">
        <Stack>
          <TextInput label="Name" description="For people: which clients it is for." {...fields.bind('name')} />
          <ProfilesEditor fields={fields} authority={authority} />
          <KeyTypes fields={fields} />
          <Validity fields={fields} />
        </Stack>
      </Card>
      <Card title="Which names">
        <Stack>
          <Textarea
            label="Pre-approved names"
            description="They need no proof. example.com is that name alone, *.example.com it and all below; 10.0.0.0/8 a network. With commas between."
            autosize
            minRows={2}
            {...fields.bind('preApproved')}
          />
          {(fields.values.preApproved.includes('*') || confirmation.error !== undefined) && (
            <Switch
              label="I mean it: everything, or all of a public suffix"
              description="Asked for when a rule approves * or something like *.com."
              {...confirmation}
            />
          )}
          <Switch label="Wildcards may be ordered" {...fields.bindChecked('wildcards')} />
          <Switch
            label="Addresses may be ordered"
            description="IPv4 and IPv6 (RFC 8738)."
            {...fields.bindChecked('addresses')}
          />
          <Switch
            label="Names of a home or an office"
            description="Single labels, .internal and home.arpa."
            {...fields.bindChecked('homeLabNames')}
          />
        </Stack>
      </Card>
      <Card title="How names are proven">
        <Stack>
          <Checkbox.Group
            label="Proofs that count"
            description="None: only what is pre-approved is certified."
            value={[...challenges]}
            error={error}
            onChange={(chosen) => setChallenges(CHALLENGES.filter((one) => chosen.includes(one)))}
          >
            {CHALLENGES.map((challenge) => (
              <Checkbox key={challenge} mt="xs" value={challenge} label={CHALLENGE_WORDS[challenge]} />
            ))}
          </Checkbox.Group>
          <TextInput
            label="CAA identities"
            description="Domain names that stand for this CA in CAA records (RFC 8659). Then CAA is asked before each certificate. Empty: it is not."
            {...fields.bind('caaIdentities')}
          />
        </Stack>
      </Card>
      <Card title="Who may register">
        <Stack>
          <TextInput
            label="Open without a binding to"
            description="Addresses and networks, for clients that know no external account binding. Empty: a binding is needed."
            {...fields.bind('openTo')}
          />
          <Switch
            label="In use"
            description="Off: nobody registers, nobody orders."
            {...fields.bindChecked('enabled')}
          />
        </Stack>
      </Card>
    </>
  )
}

function KeyTypes({ fields }: { readonly fields: Fields<PolicyValues> }) {
  const { value, onChange, ...bound } = fields.bind('keyTypes')
  return (
    <MultiSelect
      label="Keys that are certified"
      description="Of those that the template takes. None chosen: all of them."
      data={KEY_TYPE_GROUPS.map(({ group, items }) => ({ group, items: [...items] }))}
      searchable
      clearable
      {...bound}
      value={[...value]}
      onChange={(chosen) =>
        onChange(KEY_TYPE_GROUPS.flatMap(({ items }) => items.map((one) => one.value)).filter(isIn(chosen)))
      }
    />
  )
}

function isIn(chosen: readonly string[]): (value: string) => boolean {
  return (value) => chosen.includes(value)
}

function Validity({ fields }: { readonly fields: Fields<PolicyValues> }) {
  const { onChange, ...unit } = fields.bind('validityUnit')
  return (
    <Group align="end" wrap="nowrap">
      <TextInput
        label="Valid for"
        description="Empty: as the template says."
        inputMode="numeric"
        {...fields.bind('validity')}
      />
      <Select
        label="Unit"
        w={120}
        data={['days', 'hours']}
        allowDeselect={false}
        {...unit}
        onChange={(chosen) => onChange(chosen === 'hours' ? 'hours' : 'days')}
      />
    </Group>
  )
}

function ProfilesEditor({ fields, authority }: { readonly fields: Fields<PolicyValues>; readonly authority: string }) {
  const { value: profiles, onChange, error } = fields.bind('profiles')
  const { data } = useAsk('listTemplates', { query: { authority, limit: 200 } })
  const templates = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const change = (at: number, part: Partial<ProfileValues>) =>
    onChange(profiles.map((profile, index) => (index === at ? { ...profile, ...part } : profile)))
  const add = () => onChange([...profiles, { name: profiles.length === 0 ? 'default' : '', template: '' }])
  const shown = profiles.length === 0 ? [{ name: 'default', template: '' }] : profiles
  return (
    <div>
      {shown.map((profile, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else that stays while its name is typed
        <Group key={at} align="end" wrap="wrap" mb="xs">
          <Select
            label="Template"
            data={templates}
            searchable
            allowDeselect={false}
            nothingFoundMessage="No template is called so."
            value={profile.template === '' ? null : profile.template}
            onChange={(template) =>
              profiles.length === 0
                ? onChange([{ name: 'default', template: template ?? '' }])
                : change(at, { template: template ?? '' })
            }
            error={at === 0 ? error : undefined}
          />
          {shown.length > 1 && (
            <>
              <TextInput
                label="Profile"
                description="What a client asks for."
                value={profile.name}
                onChange={(event) => change(at, { name: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                mb={4}
                aria-label={`Remove profile ${profile.name}`}
                onClick={() => onChange(profiles.filter((_one, index) => index !== at))}
              >
                <Icon name="trash" />
              </ActionIcon>
            </>
          )}
        </Group>
      ))}
      {profiles.length > 0 && (
        <Button variant="default" size="xs" onClick={add}>
          Offer another template
        </Button>
      )}
    </div>
  )
}
