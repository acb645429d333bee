import { useDebouncedValue } from '@mantine/hooks'
import type { CertificateRequest } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type OverridesForm, overridesOf } from './overrides.ts'

/** What signing a request would issue: as it came, or with what is put in its place, once the typing rests. */
export function usePreview(request: CertificateRequest, form: OverridesForm) {
  const [settled] = useDebouncedValue(form, 300)
  const overrides = overridesOf(settled)
  const isOverridden = Object.keys(overrides).length > 0
  const { csr, template, wishes, preview } = request
  const asked = useAsk(
    'previewTemplate',
    { params: { id: template }, body: { ...(csr !== undefined && { csr }), ...wishes, ...overrides } },
    { enabled: isOverridden, keepPrevious: true },
  )
  return isOverridden ? asked : { data: preview, error: null, isPlaceholderData: false }
}
