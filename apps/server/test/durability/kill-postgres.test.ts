import { test } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { cutConnections } from './connections.ts'
import { killRounds } from './kill-rounds.ts'

test('kill -9 at any moment loses nothing on PostgreSQL either', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killRounds(t, { rounds: 2, databaseUrl: url })
})

test('connections that the database cuts lose nothing, and work goes on', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killRounds(t, { rounds: 2, databaseUrl: url, disturb: () => cutConnections(url) })
})

test('two processes on one PostgreSQL, each killed again and again, lose and double nothing, and seal each record once', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killRounds(t, { rounds: 2, databaseUrl: url, processes: 2 })
})
