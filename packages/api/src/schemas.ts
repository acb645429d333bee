import type { TSchema } from 'typebox'
import * as account from './account.ts'
import * as acme from './acme.ts'
import * as algorithms from './algorithms.ts'
import * as audit from './audit.ts'
import * as authorities from './authorities.ts'
import * as authorityActs from './authority-acts.ts'
import * as bulk from './bulk.ts'
import * as certificates from './certificates.ts'
import * as decoded from './decoded.ts'
import * as installation from './installation.ts'
import * as members from './members.ts'
import * as names from './names.ts'
import * as notices from './notices.ts'
import * as overview from './overview.ts'
import * as previews from './previews.ts'
import * as problem from './problem.ts'
import * as profile from './profile.ts'
import * as publicRequests from './public-requests.ts'
import * as renewals from './renewals.ts'
import * as requests from './requests.ts'
import * as session from './session.ts'
import * as signIn from './sign-in.ts'
import * as templates from './templates.ts'
import * as tokens from './tokens.ts'
import * as validity from './validity.ts'
import * as webhooks from './webhooks.ts'

/** The resources of the API: what a file of one of them exports with an `$id` has a name. */
const RESOURCES: readonly object[] = [
  account,
  acme,
  algorithms,
  audit,
  authorities,
  authorityActs,
  bulk,
  certificates,
  decoded,
  installation,
  members,
  names,
  notices,
  overview,
  previews,
  problem,
  profile,
  publicRequests,
  renewals,
  requests,
  session,
  signIn,
  templates,
  tokens,
  validity,
  webhooks,
]

/** Every schema with a name: the server registers them, and OpenAPI lists them under `components`. */
export const SCHEMAS: readonly TSchema[] = [
  ...new Set(RESOURCES.flatMap((resource) => Object.values(resource))),
].filter(isNamed)

function isNamed(exported: unknown): exported is TSchema {
  return typeof exported === 'object' && exported !== null && '$id' in exported && typeof exported.$id === 'string'
}
