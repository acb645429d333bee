import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { needs } from '../support/system-program.ts'
import { pageBlocks } from './programs/page-blocks.ts'
import { reader } from './programs/reader.ts'

const PAGE = new URL('../../docs/first-certificate.md', import.meta.url)

test(
  'a newcomer who types what docs/first-certificate.md says sees what it says',
  needs('curl', 'openssl', 'jq'),
  async (t) => {
    const [plain, secure] = [await freePort(), await freePort()]
    const person = reader(t, {
      checkout: fileURLToPath(new URL('../..', import.meta.url)),
      env: { CHANCERY_HTTP: `127.0.0.1:${plain}`, CHANCERY_HTTPS: `127.0.0.1:${secure}` },
    })
    const blocks = pageBlocks(readFileSync(PAGE, 'utf8'))
    assert.ok(blocks.length > 10)

    for (const { commands, inTerminalOfItsOwn, line, prints } of blocks) {
      const printed = inTerminalOfItsOwn ? await person.serve(commands) : await person.type(commands)
      if (prints === undefined) continue
      const shown = printed.replaceAll(`:${plain}`, ':8080').replaceAll(`:${secure}`, ':8443')
      assert.ok(prints.test(shown), `line ${line} of the page:\n${commands}\nprinted\n${shown}\nand not ${prints}`)
    }
  },
)
