import { Switch } from '@mantine/core'
import type { CertificateRequest } from '../../api/operations.ts'
import { Facts } from '../../components/card.tsx'
import { Notice } from '../../components/states.tsx'
import { attributeLabel, NAME_TYPES } from '../../words/attributes.ts'
import { extensionLabel, extensionLines } from '../../words/extension-words.ts'
import { keyTypeLabel } from '../../words/key-types.ts'
import { NamesEditor } from './names-editor.tsx'
import type { NamesForm } from './overrides.ts'

/** What was asked for, and what an approver puts in its place. */
export function RequestedAttributes({
  request,
  names,
  onChange,
}: {
  readonly request: CertificateRequest
  readonly names: NamesForm | undefined
  readonly onChange: ((names: NamesForm | undefined) => void) | undefined
}) {
  return (
    <>
      {names === undefined && <Requested request={request} />}
      {onChange && (
        <Switch
          mt="md"
          mb={names === undefined ? 0 : 'md'}
          label="Override requested attributes"
          checked={names !== undefined}
          onChange={(event) => onChange(event.currentTarget.checked ? namesOf(request) : undefined)}
        />
      )}
      {names !== undefined && onChange && <NamesEditor value={names} onChange={onChange} />}
    </>
  )
}

function Requested({ request }: { readonly request: CertificateRequest }) {
  const { subject, subjectAltNames } = namesOf(request)
  const others = request.decoded?.extensions.filter(({ name }) => name !== 'subjectAltName') ?? []
  return (
    <>
      <Facts
        items={[
          ...subject.map(({ type, value }) => [attributeLabel(type), value] as const),
          ...subjectAltNames.map(
            ({ type, value }, index) =>
              [index === 0 ? 'Names' : '', `${value}${type === 'dns' ? '' : ` (${labelOf(type)})`}`] as const,
          ),
          [
            'Key',
            request.decoded === undefined ? 'Made when it is claimed' : keyTypeLabel(request.decoded.publicKey.type),
          ],
        ]}
      />
      {others.length > 0 && (
        <Notice title="Also requested. It is copied only where the template says so.">
          <ul>
            {others.map((extension) => (
              <li key={extension.id}>
                {extensionLabel(extension)}: {extensionLines(extension).join(', ')}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}

/** What was approved, else what the requester wishes, else what the CSR says. */
function namesOf({ approved, wishes, decoded, subjectAltNames }: CertificateRequest): NamesForm {
  return {
    subject: approved?.subject ?? wishes.subject ?? decoded?.subject.attributes ?? [],
    subjectAltNames: approved?.subjectAltNames ?? wishes.subjectAltNames ?? subjectAltNames,
  }
}

function labelOf(type: string): string {
  return NAME_TYPES.find((one) => one.type === type)?.label ?? type
}
