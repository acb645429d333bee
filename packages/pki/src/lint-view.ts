import {
  type AccessDescription,
  type Attribute,
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  type Certificate,
  CertificatePolicies,
  CrlDistributionPoints,
  DerError,
  type DistributionPoint,
  decodeTbsCertificate,
  describePublicKey,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  type Extension,
  type ExtensionType,
  equalBytes,
  extensionNamed,
  type GeneralName,
  type KeyDescription,
  KeyUsage,
  type KeyUsageBit,
  type Name,
  NameConstraints,
  namesMatch,
  type Oid,
  type PolicyInformation,
  SubjectAltName,
  SubjectKeyIdentifier,
  type TbsCertificate,
} from '@chancery/x509'
import type { Issuer } from './issuer.ts'
import { type IssuerFacts, issuerFacts, selfSignedFacts } from './issuer-facts.ts'
import { parseUri, type Uri } from './uri.ts'

/** A certificate as lints look at it: decoded from the bytes that would be signed, each extension read once. */
export interface LintView {
  readonly tbs: Uint8Array
  readonly certificate: TbsCertificate & Pick<Certificate, 'version'>
  readonly issuer: IssuerFacts
  readonly isSelfSigned: boolean
  /** Subject and issuer are the same name (RFC 5280 §3.2): a root, or a CA that certifies itself anew. */
  readonly isSelfIssued: boolean
  readonly isCa: boolean
  /** The subject, and the directory names in the subjectAltName. */
  readonly directoryNames: readonly Name[]
  /** Attributes of all of these. */
  readonly attributes: readonly Attribute[]
  /** `undefined`: the key cannot be read. */
  readonly key: KeyDescription | undefined
  readonly keyUsage: readonly KeyUsageBit[] | undefined
  /** Empty when there is no extKeyUsage. */
  readonly purposes: readonly Oid[]
  readonly basicConstraints: BasicConstraints | undefined
  readonly subjectAltNames: readonly GeneralName[]
  readonly nameConstraints: NameConstraints | undefined
  readonly policies: readonly PolicyInformation[]
  readonly crls: readonly DistributionPoint[]
  readonly access: readonly AccessDescription[]
  /** The URIs in `crls` and `access`. */
  readonly addresses: readonly WebAddress[]
  readonly subjectKeyIdentifier: Uint8Array | undefined
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined
  /** What is wrong with extensions whose value is not of their type. */
  readonly broken: readonly BrokenExtension[]
  readonly extension: (type: Pick<ExtensionType<unknown>, 'id'>) => Extension | undefined
}

/** An address where something is to be fetched. */
export interface WebAddress {
  readonly text: string
  /** `undefined`: it is no URI. */
  readonly uri: Uri | undefined
  /** The extension in which it stands. */
  readonly field: string
}

/** An extension whose value is not of its type. */
export interface BrokenExtension {
  readonly field: string
  readonly problem: string
}

/** Reads the bytes. Throws `DerError` when they are no TBSCertificate at all. */
export function lintView(tbs: Uint8Array, issuer: Issuer | 'self'): LintView {
  const certificate = decodeTbsCertificate(tbs)
  const { extensions } = certificate
  const broken: BrokenExtension[] = []
  const extension: LintView['extension'] = ({ id }) => extensions.find((candidate) => candidate.id === id)
  const read = <T>(type: ExtensionType<T>): T | undefined => {
    const found = extension(type)
    return found === undefined ? undefined : readOr(broken, type, found.value)
  }
  const basicConstraints = read(BasicConstraints)
  const subjectKeyIdentifier = read(SubjectKeyIdentifier)
  const subjectAltNames = read(SubjectAltName) ?? []
  const directoryNames = directoryNamesOf(certificate.subject, subjectAltNames)
  const crls = read(CrlDistributionPoints) ?? []
  const access = read(AuthorityInfoAccess) ?? []
  for (const { id, value } of extensions) {
    const type = READ_BELOW.has(id) ? undefined : extensionNamed(id)
    if (type !== undefined) readOr(broken, type, value)
  }
  return {
    tbs,
    certificate,
    issuer: issuer === 'self' ? selfSignedFacts(certificate, subjectKeyIdentifier) : issuerFacts(issuer),
    isSelfSigned: issuer === 'self',
    isSelfIssued: namesMatch(certificate.subject, certificate.issuer),
    isCa: basicConstraints?.ca === true,
    directoryNames,
    attributes: directoryNames.flatMap(({ rdns }) => rdns.flat()),
    key: describe(certificate),
    keyUsage: read(KeyUsage),
    purposes: read(ExtendedKeyUsage) ?? [],
    basicConstraints,
    subjectAltNames,
    nameConstraints: read(NameConstraints),
    policies: read(CertificatePolicies) ?? [],
    crls,
    access,
    addresses: addressesOf(crls, access),
    subjectKeyIdentifier,
    authorityKeyIdentifier: read(AuthorityKeyIdentifier),
    broken,
    extension,
  }
}

/** Whether the certificate serves TLS servers. */
export function isForServers({ purposes }: LintView): boolean {
  return purposes.includes(EXTENDED_KEY_USAGES.serverAuth)
}

function directoryNamesOf(subject: Name, names: readonly GeneralName[]): readonly Name[] {
  return [subject, ...names.flatMap((name) => (name.type === 'directoryName' ? [name.value] : []))]
}

/** Those of the last certificate, for the next of the same template (`readOr` gives both the same values). */
let lastAddresses:
  | { readonly crls: unknown; readonly access: unknown; readonly found: readonly WebAddress[] }
  | undefined

function addressesOf(crls: readonly DistributionPoint[], access: readonly AccessDescription[]): readonly WebAddress[] {
  if (lastAddresses?.crls !== crls || lastAddresses.access !== access)
    lastAddresses = { crls, access, found: webAddresses(crls, access) }
  return lastAddresses.found
}

function webAddresses(crls: readonly DistributionPoint[], access: readonly AccessDescription[]): readonly WebAddress[] {
  const names = crls.flatMap(({ distributionPoint }) =>
    distributionPoint !== undefined && 'fullName' in distributionPoint ? distributionPoint.fullName : [],
  )
  const locations = access.map(({ location }) => location)
  return [...addressesIn(CrlDistributionPoints.name, names), ...addressesIn(AuthorityInfoAccess.name, locations)]
}

function addressesIn(field: string, names: readonly GeneralName[]): readonly WebAddress[] {
  return names.flatMap((name) => (name.type === 'uri' ? [{ text: name.value, uri: parseUri(name.value), field }] : []))
}

const READ_BELOW: ReadonlySet<Oid> = new Set(
  [
    BasicConstraints,
    SubjectKeyIdentifier,
    KeyUsage,
    ExtendedKeyUsage,
    SubjectAltName,
    NameConstraints,
    CertificatePolicies,
    CrlDistributionPoints,
    AuthorityInfoAccess,
    AuthorityKeyIdentifier,
  ].map(({ id }) => id),
)

/** The last value of each type: most extensions are the same octets in each certificate of a template. */
const lastRead = new Map<ExtensionType<unknown>, { readonly der: Uint8Array; readonly value: unknown }>()

function readOr<T>(broken: BrokenExtension[], type: ExtensionType<T>, der: Uint8Array): T | undefined {
  const last = lastRead.get(type)
  if (last !== undefined && equalBytes(last.der, der)) return last.value as T
  try {
    const value = type.codec.decode(der)
    lastRead.set(type, { der, value })
    return value
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    broken.push({ field: type.name, problem: error.message })
    return undefined
  }
}

function describe({ publicKey }: TbsCertificate): KeyDescription | undefined {
  try {
    return describePublicKey(publicKey)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
