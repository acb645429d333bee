import { useAsk } from '../api/use-api.ts'
import { useAuthorities } from './authorities.ts'

/** What CAs and templates are called, by their ids; nothing while it is asked for. */
export function useNames(): (id: string | undefined) => string | undefined {
  const { data: authorities = [] } = useAuthorities()
  const { data: templates } = useAsk('listTemplates', { query: { limit: 200 } })
  return (id) => authorities.find((one) => one.id === id)?.name ?? templates?.items.find((one) => one.id === id)?.name
}
