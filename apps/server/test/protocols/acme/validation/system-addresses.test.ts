import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dnsResolver } from '../../../../src/protocols/acme/validation/dns-resolver.ts'
import { systemAddresses } from '../../../../src/protocols/acme/validation/system-addresses.ts'

const HOSTS =
  '127.0.0.1 localhost\n# 192.0.2.9 gone.example\n192.0.2.1\tnas.example NAS # the shelf\n2001:db8::1 nas.example\n'
const signal = AbortSignal.timeout(60_000)

function lookups() {
  const asked: string[] = []
  const note = (who: string) => async (host: string) => {
    asked.push(`${who} ${host}`)
    return []
  }
  return { asked, find: systemAddresses({ read: async () => HOSTS, ask: note('DNS'), bySystem: note('system') }) }
}

test('the file of hosts of the system comes first, in letters of either case', async () => {
  const { asked, find } = lookups()

  assert.deepEqual(await find('NAS.example', signal), [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ])
  assert.deepEqual(await find('nas', signal), [{ address: '192.0.2.1', family: 4 }])
  assert.deepEqual(asked, [])
})

test('names that strangers own never take a thread of the system, those of the local network do', async () => {
  const { asked, find } = lookups()

  for (const host of ['gone.example', 'www.example.com', 'printer', 'printer.local']) await find(host, signal)

  assert.deepEqual(asked, ['DNS gone.example', 'DNS www.example.com', 'system printer', 'system printer.local'])
})

test('the system is asked for one name at a time, and not for who waits no more', async () => {
  let running = 0
  let most = 0
  const bySystem = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running--
    throw new Error('no such name')
  }
  const find = systemAddresses({ read: async () => '', ask: async () => [], bySystem })

  const results = await Promise.allSettled(['a', 'b', 'c'].map((host) => find(host, signal)))
  const late = await find('d', AbortSignal.abort())

  assert.deepEqual([most, results.map(({ status }) => status), late], [1, ['rejected', 'rejected', 'rejected'], []])
})

test('this machine knows itself by its file of hosts', async () => {
  const found = await dnsResolver([]).addresses('localhost', signal)

  assert.ok(
    found.some(({ address }) => address === '127.0.0.1' || address === '::1'),
    JSON.stringify(found),
  )
})
