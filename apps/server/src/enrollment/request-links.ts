import { createHash } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import type { LinkedRequest, LinkPurpose, NewLink, RequestDoor } from './request-store.ts'

const DAY = 86_400_000

/** How long a link lives. What somebody asked for can be looked at for longer than it can be claimed. */
export const LINK_LIFETIME_MS: Readonly<Record<LinkPurpose, number>> = { claim: 7 * DAY, status: 90 * DAY }

/** Where the page of a link is. Of both the secret is in the path: a page that is opened in a new window has it still. */
const PATHS: Readonly<Record<LinkPurpose, string>> = { claim: '/claim/', status: '/request-status/' }

/** 256 random bits in base64url, under a name by which leaked secrets are found. */
const SECRET_FORM: Readonly<Record<LinkPurpose, RegExp>> = {
  claim: /^chancery_claim_[A-Za-z0-9_-]{43}$/,
  status: /^chancery_status_[A-Za-z0-9_-]{43}$/,
}

export interface LinkParts {
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
  /** The address of people, without a slash at its end. */
  readonly url: string
}

/** A link for a request, and its row: the secret stands in the address alone. */
export function newLink(
  request: string,
  purpose: LinkPurpose,
  at: number,
  { newId, random, url }: LinkParts,
): { readonly address: string; readonly link: NewLink } {
  const secret = `chancery_${purpose}_${Buffer.from(random(32)).toString('base64url')}`
  const expiresAt = at + LINK_LIFETIME_MS[purpose]
  return {
    address: `${url}${PATHS[purpose]}${secret}`,
    link: { id: newId(), request, purpose, createdAt: at, expiresAt, secretHash: hashSecret(secret) },
  }
}

/** What a link leads to. Throws `Refusal` 'not-found' for one that is not known, or was replaced; 'gone' for one whose time is over. */
export async function followLink(
  purpose: LinkPurpose,
  secret: string,
  at: number,
  door: Pick<RequestDoor, 'find'>,
): Promise<LinkedRequest> {
  const found = SECRET_FORM[purpose].test(secret) ? await door.find(purpose, hashSecret(secret)) : undefined
  if (found === undefined) {
    throw new Refusal(
      'not-found',
      'This link is not known. Perhaps a newer one took its place: look for the latest mail.',
    )
  }
  if (found.link.expiresAt <= at) {
    throw new Refusal('gone', 'This link has expired. Ask whoever sent it for a new one.')
  }
  return found
}

function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest()
}
