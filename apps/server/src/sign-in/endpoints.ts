import { type TSchema, Type } from 'typebox'

/** Where better-auth's endpoints are mounted. */
export const SIGN_IN_PATH = '/api/auth'

/** One of better-auth's endpoints that can be reached. */
export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  /** What a body may hold: nothing else reaches better-auth. */
  readonly body?: TSchema
  /** Whether only who is signed in may call it. better-auth asks that too. */
  readonly signedIn?: true
  /**
   * What a failure counts against: `password` the account that is named and the address; `confirmation` the account that is signed
   * in; `address` the address alone. Codes of second factors are counted where their account is known.
   */
  readonly counts?: 'password' | 'confirmation' | 'address'
  /** Only where browsers can use passkeys. */
  readonly passkey?: true
  /** To a provider, which leads back to `CHANCERY_URL`. */
  readonly leadsAway?: true
}

const closed = (properties: Record<string, TSchema>) => Type.Object(properties, { additionalProperties: false })

const Email = Type.String({ minLength: 3, maxLength: 254 })
const Password = Type.String({ minLength: 1, maxLength: 512 })
const Id = Type.String({ minLength: 1, maxLength: 300 })
/** Where the browser goes afterwards: a path of this server. */
const Landing = Type.String({ pattern: '^/(?:[A-Za-z0-9?=&_~.-][A-Za-z0-9/?=&_~.-]*)?$', maxLength: 500 })
const ToProvider = closed({
  provider: Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' }),
  callbackURL: Landing,
  errorCallbackURL: Type.Optional(Landing),
})
/** A PublicKeyCredential as JSON, W3C Web Authentication §5.1: better-auth's library reads it. */
const Credential = Type.Unsafe<object>({ type: 'object', maxProperties: 20 })
/** Who has no password leaves it out. */
const Confirmed = closed({ password: Type.Optional(Password) })

/** Everything of better-auth that is mounted. What is not here answers 404. */
export const ENDPOINTS = [
  {
    method: 'POST',
    path: '/sign-in/email',
    operationId: 'signInByPassword',
    summary: 'Sign in by address and password',
    body: closed({ email: Email, password: Password }),
    counts: 'password',
  },
  {
    method: 'POST',
    path: '/sign-in/social',
    operationId: 'signInByProvider',
    summary: 'Begin to sign in at an outside provider: the answer says where',
    body: ToProvider,
    leadsAway: true,
  },
  {
    method: 'GET',
    path: '/callback/:id',
    operationId: 'returnFromProvider',
    summary: 'Where a provider leads back to',
  },
  {
    method: 'POST',
    path: '/sign-out',
    operationId: 'signOut',
    summary: 'End the session of this browser',
    body: closed({}),
  },
  {
    method: 'POST',
    path: '/change-password',
    operationId: 'changePassword',
    summary: 'Change the password; every other session ends',
    body: closed({ currentPassword: Password, newPassword: Password }),
    signedIn: true,
    counts: 'confirmation',
  },
  {
    method: 'POST',
    path: '/two-factor/enable',
    operationId: 'beginSecondFactor',
    summary: 'Begin a second factor: the secret for an authenticator, and recovery codes',
    body: Confirmed,
    signedIn: true,
    counts: 'confirmation',
  },
  {
    method: 'POST',
    path: '/two-factor/verify-totp',
    operationId: 'verifyCode',
    summary: 'Give a code of the authenticator: to confirm it, or after the password',
    body: closed({ code: Type.String({ pattern: '^[0-9]{6}$' }) }),
  },
  {
    method: 'POST',
    path: '/two-factor/verify-backup-code',
    operationId: 'verifyRecoveryCode',
    summary: 'Give a recovery code after the password. Each counts once',
    body: closed({ code: Type.String({ minLength: 1, maxLength: 40 }) }),
  },
  {
    method: 'POST',
    path: '/two-factor/generate-backup-codes',
    operationId: 'renewRecoveryCodes',
    summary: 'Make new recovery codes; the old ones count no more',
    body: Confirmed,
    signedIn: true,
    counts: 'confirmation',
  },
  {
    method: 'POST',
    path: '/two-factor/disable',
    operationId: 'removeSecondFactor',
    summary: 'Remove the second factor',
    body: Confirmed,
    signedIn: true,
    counts: 'confirmation',
  },
  {
    method: 'GET',
    path: '/passkey/generate-register-options',
    operationId: 'beginPasskey',
    summary: 'Begin to add a passkey, within an hour of signing in',
    signedIn: true,
    passkey: true,
  },
  {
    method: 'POST',
    path: '/passkey/verify-registration',
    operationId: 'addPasskey',
    summary: 'Add the passkey that the browser made',
    body: closed({ response: Credential, name: Type.Optional(Type.String({ maxLength: 100 })) }),
    signedIn: true,
    passkey: true,
  },
  {
    method: 'GET',
    path: '/passkey/generate-authenticate-options',
    operationId: 'beginSignInByPasskey',
    summary: 'Begin to sign in by a passkey',
    passkey: true,
  },
  {
    method: 'POST',
    path: '/passkey/verify-authentication',
    operationId: 'signInByPasskey',
    summary: 'Sign in by what the passkey signed',
    body: closed({ response: Credential }),
    counts: 'address',
    passkey: true,
  },
  {
    method: 'GET',
    path: '/passkey/list-user-passkeys',
    operationId: 'listPasskeys',
    summary: 'List the passkeys of the account',
    signedIn: true,
  },
  {
    method: 'POST',
    path: '/passkey/update-passkey',
    operationId: 'renamePasskey',
    summary: 'Rename a passkey',
    body: closed({ id: Id, name: Type.String({ minLength: 1, maxLength: 100 }) }),
    signedIn: true,
  },
  {
    method: 'POST',
    path: '/passkey/delete-passkey',
    operationId: 'removePasskey',
    summary: 'Remove a passkey',
    body: closed({ id: Id }),
    signedIn: true,
  },
  {
    method: 'GET',
    path: '/list-accounts',
    operationId: 'listLogins',
    summary: 'List the ways in which the account signs in: its password and its outside identities',
    signedIn: true,
  },
  {
    method: 'POST',
    path: '/link-social',
    operationId: 'linkProvider',
    summary: 'Begin to link an outside identity to the account: the answer says where',
    body: ToProvider,
    leadsAway: true,
    signedIn: true,
  },
  {
    method: 'POST',
    path: '/unlink-account',
    operationId: 'unlinkProvider',
    summary: 'Remove an outside identity from the account, within an hour of signing in. The last way in stays',
    body: closed({ accountId: Id }),
    signedIn: true,
  },
] as const satisfies readonly Endpoint[]
