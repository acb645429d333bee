import { test } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { cutConnections } from './connections.ts'
import { killRounds } from './kill-rounds.ts'

test('a hundred times kill -9 on SQLite lose nothing', async (t) => {
  await killRounds(t, { rounds: 100 })
})

test('sixty times kill -9 on PostgreSQL, with and without cut connections, lose nothing', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killRounds(t, { rounds: 60, databaseUrl: url, disturb: async () => Math.random() < 0.5 && cutConnections(url) })
})

test('two processes on one PostgreSQL, each killed thirty times, lose, double and seal twice nothing', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killRounds(t, {
    rounds: 30,
    databaseUrl: url,
    processes: 2,
    disturb: async () => Math.random() < 0.3 && cutConnections(url),
  })
})
