import type { Extension, ExtensionType, PublicKey } from '@chancery/x509'
import {
  type CertificateRequest,
  type Draft,
  encodeDraft,
  fillRoot,
  fillTemplate,
  findings,
  type LintFinding,
  type Profile,
} from '../../src/index.ts'
import { type Ca, cn, dns, fillOf, keyOf, NOW, nextSerial, requestOf, rootCa, starter } from '../world.ts'

/** A certificate as a lint test describes it: a Web Server certificate of a root, but for what is said. */
export interface Case {
  readonly profile?: Profile
  readonly request?: Partial<CertificateRequest>
  readonly publicKey?: PublicKey
  readonly ca?: Ca
  /** A self-signed root in place of the rest. */
  readonly root?: true
  /** Changes to the draft, after the template was filled. */
  readonly draft?: (draft: Draft) => Partial<Draft>
  /** Extensions in the place of those of the same type, or added. */
  readonly extensions?: readonly Extension[]
  readonly without?: readonly ExtensionType<never>['id'][]
  /** Changes to the bytes. */
  readonly bytes?: (tbs: Uint8Array, draft: Draft) => Uint8Array
}

/** Certificates that break a lint, and others that keep it narrowly. */
export interface LintCases {
  readonly breaks: readonly Case[]
  readonly keeps: readonly Case[]
}

/** What the lints find in a case. */
export function findingsOf(described: Case): readonly LintFinding[] {
  const ca = described.ca ?? plainCa
  const draft = changed(described, described.root ? rootDraft(described) : leafDraft(described, ca))
  const { tbs } = encodeDraft(draft)
  return findings(described.bytes?.(tbs, draft) ?? tbs, described.root ? 'self' : ca.issuer)
}

function leafDraft({ profile = starter('Web Server'), request, publicKey }: Case, ca: Ca): Draft {
  const key = publicKey ? { publicKey, keyIdentifier: new Uint8Array(20).fill(7) } : keyOf('ecdsa-p256')
  const asked = requestOf({ key, subjectAltNames: [dns('www.example.com')], ...request })
  return fillTemplate({ profile, request: asked }, ca.issuer, fillOf(key))
}

function rootDraft({ publicKey }: Case): Draft {
  const { keyIdentifier, publicKey: usual } = keyOf('ecdsa-p256')
  const key = { publicKey: publicKey ?? usual, keyIdentifier }
  return fillRoot({ subject: [cn('Root')], ...key, serialNumber: nextSerial(), now: NOW })
}

function changed({ draft: change, extensions = [], without = [] }: Case, draft: Draft): Draft {
  const replaced = new Set<string>([...without, ...extensions.map(({ id }) => id)])
  const kept = draft.extensions.filter(({ id }) => !replaced.has(id))
  const next = { ...draft, extensions: [...kept, ...extensions] }
  return { ...next, ...change?.(next) }
}

/** The CA of a case that names none. */
export const plainCa = rootCa()
