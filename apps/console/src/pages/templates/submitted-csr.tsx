import { Anchor, Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useDownload } from '../../api/use-download.ts'
import { Card } from '../../components/card.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Failed } from '../../components/states.tsx'
import type { Submitted } from './submit-csr.tsx'

/** What became of a CSR: the certificate, or where it waits. */
export function SubmittedCsr({
  submitted,
  onAnother,
}: {
  readonly submitted: Submitted
  readonly onAnother: () => void
}) {
  const another = (
    <Button variant="default" onClick={onAnother}>
      Submit another
    </Button>
  )
  if (submitted.way === 'approval') {
    return (
      <Card
        title="It waits for approval"
        intro="Somebody with the role officer signs or declines it in Pending Requests."
      >
        {another}
      </Card>
    )
  }
  const { answer } = submitted
  if (answer.state === 'pending') {
    return (
      <Card
        title="It is recorded"
        intro="The key of the CA cannot be reached now. The certificate is signed as soon as it can."
      >
        {another}
      </Card>
    )
  }
  return (
    <Card title="The certificate is issued" intro={answer.subject}>
      <CodeBlock what="the certificate">{answer.certificate}</CodeBlock>
      <Downloads id={answer.id} />
      <Group mt="md">
        {another}
        <Anchor renderRoot={(props) => <Link to={`/console/certificates/${answer.id}`} {...props} />}>
          Show certificate
        </Anchor>
      </Group>
    </Card>
  )
}

function Downloads({ id }: { readonly id: string }) {
  const download = useDownload()
  const [error, setError] = useState<unknown>()
  const save = (format: 'pem' | 'chain') =>
    void download('downloadCertificate', { params: { id }, query: { format } }).catch(setError)
  return (
    <>
      <Group gap="xs">
        <Button size="xs" onClick={() => save('pem')}>
          Download certificate
        </Button>
        <Button size="xs" variant="default" onClick={() => save('chain')}>
          Download with chain
        </Button>
      </Group>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}
