import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTenantId } from '../../api/active-tenant.ts'
import { callApi } from '../../api/call-api.ts'
import type { CertificateSummary, RevocationReason } from '../../api/operations.ts'
import { BulkDialog } from '../../components/bulk-dialog.tsx'
import { nameOf, REASONS } from '../../words/certificate-words.ts'

/** Those for CAs alone are given one by one, where it is seen what hangs on them. */
const OFFERED = REASONS.filter(({ value }) => value !== 'cACompromise' && value !== 'aACompromise')

/** Revokes several certificates for one reason, and says what became of each. */
export function RevokeMany({
  certificates,
  onClose,
}: {
  readonly certificates: readonly CertificateSummary[]
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState<RevocationReason>('superseded')
  const [since, setSince] = useState('')
  const tenant = useTenantId()
  const isHold = reason === 'certificateHold'
  const call = (ids: readonly string[]) => {
    const invalidityDate = since === '' || isHold ? {} : { invalidityDate: new Date(since).toISOString() }
    return callApi('revokeCertificates', { body: { ids, reason, ...invalidityDate } }, { tenant })
  }
  return (
    <BulkDialog
      words={
        isHold
          ? { verb: 'Put on hold', past: 'put on hold', thing: 'certificate' }
          : { verb: 'Revoke', past: 'revoked', thing: 'certificate' }
      }
      items={certificates.map((one) => ({
        id: one.id,
        name: nameOf(one),
        unfit: isHold && one.status === 'held' ? 'It is on hold already.' : undefined,
      }))}
      call={call}
      isDestructive
      onClose={onClose}
    >
      <p>Programs that check them refuse them from now on.</p>
      <p>
        {isHold ? 'A hold can be ended again.' : 'This cannot be undone: new certificates have to take their place.'}
      </p>
      <Select
        label="Reason"
        description={OFFERED.find(({ value }) => value === reason)?.says}
        data={OFFERED.map(({ value, label }) => ({ value, label }))}
        allowDeselect={false}
        value={reason}
        onChange={(chosen) => setReason(OFFERED.find(({ value }) => value === chosen)?.value ?? reason)}
      />
      {!isHold && (
        <TextInput
          mt="sm"
          maw="20rem"
          type="datetime-local"
          label="Keys unsafe since"
          description="If it is known. What was signed before stays trustworthy."
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
      )}
    </BulkDialog>
  )
}
