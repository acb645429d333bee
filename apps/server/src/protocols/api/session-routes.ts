import { Session } from '@chancery/api'
import { route } from './api-domain.ts'

export const SESSION_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/session',
    role: 'auditor',
    reach: 'anywhere',
    operationId: 'showSession',
    summary: 'Show who calls',
    schema: { response: { 200: Session } },
    async handle({ principal }) {
      return { status: 200, body: principal }
    },
  }),
]
