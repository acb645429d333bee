import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { SentClaim } from '../../api/operations.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { Notice } from '../../components/states.tsx'
import classes from './requests.module.css'

/** The link by which a certificate is claimed, where no mail carries it: shown this one time. */
export function ClaimLink({ claim: { link } }: { readonly claim: SentClaim }) {
  if (link === undefined) return null
  return (
    <Notice tone="wait" title="Pass this link on. It is not shown again.">
      <p>
        Whoever opens it makes the key on their device, and has the certificate. Send it by a way that nobody else
        reads. It is good for 7 days and for one certificate; another one can be sent, and ends it.
      </p>
      <CodeBlock what="the link">{link}</CodeBlock>
    </Notice>
  )
}

/** The same in place of the form that led to it, with what can be done next. */
export function ShownClaim({ claim, onNext }: { readonly claim: SentClaim; readonly onNext: () => void }) {
  return (
    <>
      <ClaimLink claim={claim} />
      <div className={classes['decide']}>
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/console/requests/$id" params={{ id: claim.request }} {...props} />}
        >
          Show the request
        </Button>
        <Button variant="default" onClick={onNext}>
          Approve another
        </Button>
      </div>
    </>
  )
}
