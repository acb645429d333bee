import type { RunningChancery } from '../support/running-chancery.ts'
import type { Shown } from './page-list.ts'

/** A root, two CAs below it, and what comes with them: enough for every page to have something to show. */
export async function fillTenant({ api }: RunningChancery): Promise<Shown> {
  const make = async (kind: object, name: string) => {
    const subject = [{ type: 'commonName', value: name }]
    return (await api<{ readonly id: string }>('POST', '/authorities', { ...kind, subject })).id
  }
  const authority = await make({ kind: 'root' }, 'Example Root CA')
  const intermediate = await make({ kind: 'intermediate', parent: authority }, 'Example Servers CA')
  await make({ kind: 'csr' }, 'Example Partner CA')
  const { items } = await api<{ readonly items: readonly { readonly id: string }[] }>(
    'GET',
    `/templates?authority=${intermediate}`,
  )
  return { authority, intermediate, template: items[0]?.id ?? '' }
}
