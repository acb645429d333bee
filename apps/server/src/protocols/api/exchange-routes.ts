import { type Exchange, ExchangePage, ExchangeQuery, toTimestamp } from '@chancery/api'
import type { ExchangePart } from '../../exchanges/exchange-log.ts'
import { route } from './api-domain.ts'

export const EXCHANGE_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/exchanges',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listExchanges',
    summary: 'List what clients of protocols did, step by step',
    description:
      'Newest first: of one account, or of one order, when it is named. A refusal has its reason and what to change. Kept for 30 days.',
    schema: { querystring: ExchangeQuery, response: { 200: ExchangePage } },
    async handle({ domain, authorities, query: { limit, after, ...named } }) {
      const filter = { ...named, ...(authorities !== undefined && { authorities }) }
      const page = await domain.stores.exchanges.list(filter, { limit, ...(after !== undefined && { after }) })
      return { status: 200, body: { ...page, items: page.items.map(presentExchange) } }
    },
  }),
]

function presentExchange({ tenant: _, steps, ...same }: ExchangePart): Exchange {
  return { ...same, steps: steps.map(({ at, ...step }) => ({ ...step, at: toTimestamp(at) })) }
}
