import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useAct } from '../api/use-api.ts'
import { Card } from '../components/card.tsx'
import { PageHeader } from '../components/page-header.tsx'
import { ServerForm } from '../components/server-form.tsx'
import { useFields } from '../components/use-fields.ts'

/** For an account that is a member of no tenant. */
export function NoTenant() {
  const fields = useFields({ name: '' })
  const create = useAct('createOwnTenant')
  const queries = useQueryClient()
  const router = useRouter()
  const submit = async () => {
    await create.run({ body: { name: fields.values.name } })
    await queries.invalidateQueries()
    await router.invalidate()
  }
  return (
    <>
      <PageHeader
        title="You are in no tenant yet"
        intro="A tenant holds certificate authorities and the people who look after them. Make your own, or ask somebody to invite you into theirs."
      />
      <Card>
        <ServerForm fields={fields} submit="Create tenant" onSubmit={submit}>
          <TextInput
            label="Name"
            description="Your organization, or anything you know it by."
            {...fields.bind('name')}
          />
        </ServerForm>
      </Card>
    </>
  )
}
