// Generated from the routes of the server by apps/server/src/commands/write-generated.ts.

export type Account = { id: string; email: string; name: string; operator: boolean; secondFactor: boolean; createdAt: string; tenants: readonly ({ id: string; name: string; roles: readonly (ScopedRole)[] })[] }

export type Rename = { name: string }

export type Tenant = { id: string; name: string; createdAt: string }

export type AcmeAccount = { id: string; policy: string; authority: string; status: 'valid' | 'deactivated' | 'revoked'; contacts: readonly (string)[]; thumbprint: string; isAtSharedDirectory: boolean; binding?: { id: string; name: string } | undefined; createdAt: string; createdFrom: string }

export type AcmeAccountPage = { items: readonly (AcmeAccount)[]; next?: string | undefined }

export type AcmeBinding = { id: string; policy: string; kid: string; name: string; allowedUses?: number | undefined; uses: number; expiresAt?: string | undefined; createdAt: string }

export type AcmeBindingPage = { items: readonly (AcmeBinding)[]; next?: string | undefined }

export type AcmeOrder = { id: string; account: string; policy: string; profile?: string | undefined; status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid'; identifiers: readonly (string)[]; problem?: string | undefined; certificate?: string | undefined; createdAt: string; expiresAt: string }

export type AcmeOrderPage = { items: readonly (AcmeOrder)[]; next?: string | undefined }

export type AcmePolicy = { id: string; publicId: string; directory: string; authority: string; name: string; enabled: boolean; revision: number; profiles: readonly (AcmeProfile)[]; preApproved: readonly (string)[]; identifiers: readonly ('dns' | 'ip')[]; wildcards: boolean; challenges: readonly ('http-01' | 'dns-01' | 'tls-alpn-01' | 'dns-persist-01')[]; caaIdentities: readonly (string)[]; homeLabNames: boolean; validity?: Duration | undefined; keyTypes?: readonly (KeyType)[] | undefined; openTo?: readonly (string)[] | undefined }

export type AcmePolicyPage = { items: readonly (AcmePolicy)[]; next?: string | undefined }

export type AcmeProfile = { name: string; template: string; description: string }

export type ChangeAcmePolicy = { revision: number; name?: string | undefined; enabled?: boolean | undefined; profiles?: readonly (AcmeProfile)[] | undefined; preApproved?: readonly (string)[] | undefined; identifiers?: readonly ('dns' | 'ip')[] | undefined; wildcards?: boolean | undefined; challenges?: readonly ('http-01' | 'dns-01' | 'tls-alpn-01' | 'dns-persist-01')[] | undefined; caaIdentities?: readonly (string)[] | undefined; homeLabNames?: boolean | undefined; validity?: Duration | null | undefined; keyTypes?: readonly (KeyType)[] | null | undefined; openTo?: readonly (string)[] | null | undefined; confirmed?: boolean | undefined }

export type CreateAcmeBinding = { name: string; allowedUses?: number | undefined; expiresAt?: string | undefined }

export type CreateAcmePolicy = { authority: string; name: string; enabled?: boolean | undefined; profiles: readonly (AcmeProfile)[]; preApproved?: readonly (string)[] | undefined; identifiers?: readonly ('dns' | 'ip')[] | undefined; wildcards?: boolean | undefined; challenges?: readonly ('http-01' | 'dns-01' | 'tls-alpn-01' | 'dns-persist-01')[] | undefined; caaIdentities?: readonly (string)[] | undefined; homeLabNames?: boolean | undefined; validity?: Duration | undefined; keyTypes?: readonly (KeyType)[] | undefined; openTo?: readonly (string)[] | undefined; confirmed?: boolean | undefined }

export type CreatedAcmeBinding = { binding: AcmeBinding; directory: string; hmacKey?: string | undefined; note?: string | undefined }

export type Exchange = { id: string; protocol: 'acme'; authority: string; account?: string | undefined; subject?: string | undefined; steps: readonly (ExchangeStep)[] }

export type ExchangePage = { items: readonly (Exchange)[]; next?: string | undefined }

export type ExchangeStep = { at: string; step: string; said: string; refused?: true | undefined; problem?: string | undefined; from?: string | undefined; asked?: readonly (string)[] | undefined }

export type KeyType = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' | 'slh-dsa-sha2-128s' | 'slh-dsa-sha2-128f' | 'slh-dsa-sha2-192s' | 'slh-dsa-sha2-192f' | 'slh-dsa-sha2-256s' | 'slh-dsa-sha2-256f' | 'slh-dsa-shake-128s' | 'slh-dsa-shake-128f' | 'slh-dsa-shake-192s' | 'slh-dsa-shake-192f' | 'slh-dsa-shake-256s' | 'slh-dsa-shake-256f'

export type KeyUsageBit = 'digitalSignature' | 'nonRepudiation' | 'keyEncipherment' | 'dataEncipherment' | 'keyAgreement' | 'keyCertSign' | 'cRLSign' | 'encipherOnly' | 'decipherOnly'

export type SignatureAlgorithm = 'rsa-sha256' | 'rsa-sha384' | 'rsa-sha512' | 'rsa-pss-sha256' | 'rsa-pss-sha384' | 'rsa-pss-sha512' | 'ecdsa-sha256' | 'ecdsa-sha384' | 'ecdsa-sha512' | 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' | 'slh-dsa-sha2-128s' | 'slh-dsa-sha2-128f' | 'slh-dsa-sha2-192s' | 'slh-dsa-sha2-192f' | 'slh-dsa-sha2-256s' | 'slh-dsa-sha2-256f' | 'slh-dsa-shake-128s' | 'slh-dsa-shake-128f' | 'slh-dsa-shake-192s' | 'slh-dsa-shake-192f' | 'slh-dsa-shake-256s' | 'slh-dsa-shake-256f'

export type AuditRecord = { id: string; at: string; actor: 'account' | 'acme-account' | 'stranger' | 'system' | 'command-line'; account?: string | undefined; token?: string | undefined; action: string; object: { type: string; id: string }; details?: { [name: string]: string | number | boolean | null } | undefined; seal?: number | undefined }

export type AuditRecordPage = { items: readonly (AuditRecord)[]; next?: string | undefined }

export type AuditSeal = { records: number; unsealed: number; newest?: { number: number; first: number; last: number; firstAt: string; lastAt: string; sealedAt: string; link: string; previous: string; digest: string; key: string; signature: string } | undefined }

export type Authority = { id: string; publicId: string; name: string; status: AuthorityStatus; parent?: string | undefined; createdAt: string; cps: string; settings: AuthoritySettings; revision: number; generations: readonly (Generation)[] }

export type AuthorityCertificate = { id: string; active: boolean; subject: string; issuer: string; serialNumber: string; notBefore: string; notAfter: string; fingerprint: string; issuedAs?: string | undefined }

export type AuthorityDeletion = { name: string; blockers: readonly ({ authority: string; name: string })[]; elsewhere: readonly ({ certificate: string; subject: string; notAfter: string })[]; goes: { keys: number; templates: number; pendingRequests: number; certificates: number; liveCertificates: number }; stays: readonly (string)[] }

export type AuthorityPage = { items: readonly (AuthoritySummary)[]; next?: string | undefined }

export type AuthorityServiceUrls = { cps: string; generations: readonly (GenerationUrls)[]; warnings: readonly (string)[] }

export type AuthoritySettings = { publicUrl?: string | undefined; serviceCertificates: { keyType?: KeyType | undefined; signatureAlgorithm?: SignatureAlgorithm | undefined }; retentionDays?: number | undefined; crl: { validityHours?: number | undefined; partitions?: number | undefined; delta: boolean } }

export type AuthorityStatus = 'awaiting-certificate' | 'active' | 'archived' | 'deleted'

export type AuthoritySummary = { id: string; publicId: string; name: string; status: AuthorityStatus; parent?: string | undefined; createdAt: string }

export type Generation = { id: string; publicId: string; number: number; status: 'awaiting-certificate' | 'active' | 'retired'; keyType: KeyType; keyOrigin: 'generated' | 'imported'; signatureAlgorithm: SignatureAlgorithm; historyKnown: boolean; createdAt: string; certificates: readonly (AuthorityCertificate)[]; services: GenerationServices }

export type GenerationServices = { crl?: { number: number; thisUpdate: string; nextUpdate: string; entries: number; overdue: boolean } | undefined; ocspResponder?: { notAfter: string; certificate: string; overdue: boolean } | undefined }

export type GenerationUrls = { generation: string; number: number; crl: string; deltaCrl?: string | undefined; crlPartitions: readonly (string)[]; ocsp: string; aia: string }

export type Renewal = { state: 'renewed' | 'awaiting-certificate'; csr?: string | undefined; authority: Authority }

export type ChangeAuthority = { revision?: number | undefined; cps?: string | undefined; settings?: ChangeAuthoritySettings | undefined }

export type ChangeAuthoritySettings = { publicUrl?: string | null | undefined; serviceCertificates?: { keyType?: KeyType | null | undefined; signatureAlgorithm?: SignatureAlgorithm | null | undefined } | undefined; retentionDays?: number | null | undefined; crl?: { validityHours?: number | null | undefined; partitions?: number | null | undefined; delta?: boolean | undefined } | undefined }

export type CreateAuthority = CreateRoot | CreateIntermediate | CreateCsrOnly | ImportAuthority

export type CreateCsrOnly = { kind: 'csr'; subject: readonly (SubjectAttribute)[]; keyType?: KeyType | undefined; signatureAlgorithm?: SignatureAlgorithm | undefined; cps?: string | undefined; settings?: ChangeAuthoritySettings | undefined; pathLength?: number | null | undefined; keyUsage?: readonly (KeyUsageBit)[] | undefined; extendedKeyUsage?: readonly (string)[] | undefined; nameConstraints?: NameConstraints | undefined }

export type CreateIntermediate = { kind: 'intermediate'; parent: string; subject: readonly (SubjectAttribute)[]; keyType?: KeyType | undefined; signatureAlgorithm?: SignatureAlgorithm | undefined; cps?: string | undefined; settings?: ChangeAuthoritySettings | undefined; validity?: RequestedValidity | undefined; pathLength?: number | null | undefined; keyUsage?: readonly (KeyUsageBit)[] | undefined; extendedKeyUsage?: readonly (string)[] | undefined; nameConstraints?: NameConstraints | undefined }

export type CreateRoot = { kind: 'root'; subject: readonly (SubjectAttribute)[]; keyType?: KeyType | undefined; signatureAlgorithm?: SignatureAlgorithm | undefined; cps?: string | undefined; settings?: ChangeAuthoritySettings | undefined; validity?: RequestedValidity | undefined; pathLength?: number | null | undefined; keyUsage?: readonly (KeyUsageBit)[] | undefined; extendedKeyUsage?: readonly (string)[] | undefined; nameConstraints?: NameConstraints | undefined }

export type DeleteAuthority = { name: string }

export type ImportAuthority = { kind: 'import'; key?: string | undefined; pkcs12?: string | undefined; password?: string | undefined; certificate?: string | undefined; crl?: string | undefined; certificates?: string | undefined; index?: string | undefined; historyComplete?: boolean | undefined; cps?: string | undefined; settings?: ChangeAuthoritySettings | undefined }

export type ImportCertificate = { certificate: string; chain?: string | undefined }

export type PreviewAuthority = CreateRoot | CreateIntermediate | CreateCsrOnly

export type RenewAuthority = { key: 'same' | 'new'; keyType?: KeyType | undefined; signatureAlgorithm?: SignatureAlgorithm | undefined; validity?: RequestedValidity | undefined; pathLength?: number | null | undefined; keyUsage?: readonly (KeyUsageBit)[] | undefined; extendedKeyUsage?: readonly (string)[] | undefined; nameConstraints?: NameConstraints | null | undefined }

export type BulkResult = { id: string; outcome: 'done' | 'pending' | 'refused'; certificate?: string | undefined; link?: string | undefined; problem?: Problem | undefined }

export type BulkResults = { done: number; items: readonly (BulkResult)[] }

export type Certificate = { id: string; authority: string; generation: string; template?: string | undefined; request?: string | undefined; status: CertificateStatus; subject: string; subjectAltNames: readonly (DecodedSubjectAltName)[]; serialNumber: string; notBefore: string; notAfter: string; issuedAt: string; fingerprint?: string | undefined; revocation?: Revocation | undefined; evidence?: { by: 'submitted-csr' | 'web-form' | 'claim' | 'renewal' | 'api-token' | 'acme-order' | 'system'; account?: string | undefined; token?: string | undefined; request?: string | undefined; order?: string | undefined; policy?: string | undefined; purpose?: string | undefined } | undefined; approval?: { account: string; approvedAt: string } | undefined; decoded?: DecodedCertificate | undefined; pem?: string | undefined }

export type CertificatePage = { items: readonly (CertificateSummary)[]; next?: string | undefined }

export type CertificateStatus = 'valid' | 'expired' | 'revoked' | 'held'

export type CertificateSummary = { id: string; authority: string; generation: string; template?: string | undefined; request?: string | undefined; status: CertificateStatus; subject: string; subjectAltNames: readonly (DecodedSubjectAltName)[]; serialNumber: string; notBefore: string; notAfter: string; issuedAt: string; fingerprint?: string | undefined; revocation?: Revocation | undefined }

export type IssueCertificate = { template: string; csr: string; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }

export type IssuedCertificate = { id: string; state: 'issued'; authority: string; template?: string | undefined; request?: string | undefined; serialNumber: string; subject: string; notBefore: string; notAfter: string; fingerprint: string; certificate: string; chain: string }

export type PendingCertificate = { id: string; state: 'pending'; waitsFor: 'key' }

export type Revocation = { revokedAt: string; reason: RevocationReason; invalidityDate?: string | undefined }

export type RevocationReason = 'unspecified' | 'keyCompromise' | 'cACompromise' | 'affiliationChanged' | 'superseded' | 'cessationOfOperation' | 'certificateHold' | 'privilegeWithdrawn' | 'aACompromise'

export type Revoke = { reason: RevocationReason; invalidityDate?: string | undefined }

export type RevokeMany = { ids: readonly (string)[]; reason: RevocationReason; invalidityDate?: string | undefined }

export type DecodedCertificate = { serialNumber: string; signatureAlgorithm: string; issuer: DecodedName; subject: DecodedName; subjectAltNames: readonly (DecodedSubjectAltName)[]; notBefore: string; notAfter: string; publicKey: DecodedPublicKey; extensions: readonly (DecodedExtension)[]; fingerprints: { sha1: string; sha256: string } }

export type DecodedExtension = { id: string; name?: string | undefined; critical: boolean; value?: unknown | undefined; hex: string }

export type DecodedName = { text: string; attributes: readonly (SubjectAttribute)[] }

export type DecodedPublicKey = { type: string; bits?: number | undefined; curve?: string | undefined; fingerprint: string }

export type DecodedRequest = { subject: DecodedName; subjectAltNames: readonly (DecodedSubjectAltName)[]; publicKey: DecodedPublicKey; signatureAlgorithm: string; extensions: readonly (DecodedExtension)[] }

export type DecodedSubjectAltName = { type: string; value: string }

export type DecodedTbsCertificate = { serialNumber: string; signatureAlgorithm: string; issuer: DecodedName; subject: DecodedName; subjectAltNames: readonly (DecodedSubjectAltName)[]; notBefore: string; notAfter: string; publicKey: DecodedPublicKey; extensions: readonly (DecodedExtension)[] }

export type CreateTenant = { name: string; owner: string }

export type InstallationHealth = { ready: boolean; parts: { [name: string]: 'ready' | 'failing' } }

export type InstallationRestore = { backup: string; engine: 'sqlite' | 'postgres'; backupMadeAt: string; restoredAt: string; newestRecordAt?: string | undefined; held: { tenants: number; authorities: number; certificates: number; openIntents: number; pendingRequests: number; validTokens: number }; mayBeMissing: readonly ({ what: string; meaning: string })[] }

export type InstallationRestores = { items: readonly (InstallationRestore)[] }

export type InstallationSettings = { openRegistration: boolean }

export type Mail = { id: string; tenant: string; kind: string; address: string; state: MailState; attempts: number; problem?: string | undefined; createdAt: string; expiresAt: string; settledAt?: string | undefined }

export type MailPage = { items: readonly (Mail)[]; next?: string | undefined }

export type MailState = 'waiting' | 'sent' | 'refused' | 'expired' | 'withdrawn'

export type NameOperator = { email: string }

export type Operator = { account: string; email: string; name: string }

export type OperatorPage = { items: readonly (Operator)[]; next?: string | undefined }

export type TenantMail = { id: string; kind: string; address: string; state: MailState; attempts: number; problem?: string | undefined; resendable: boolean; createdAt: string; settledAt?: string | undefined }

export type TenantMailPage = { items: readonly (TenantMail)[]; next?: string | undefined }

export type TenantPage = { items: readonly (TenantSummary)[]; next?: string | undefined }

export type TenantSummary = { id: string; name: string; createdAt: string; members: number }

export type TestMail = { to?: string | undefined }

export type AcceptInvitation = { token: string; account?: { name: string; password: string } | undefined }

export type AcceptedInvitation = { account: string; tenant: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined }

export type ChangeMember = { roles: readonly ({ role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined })[] }

export type Invitation = { id: string; email: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined; bound: boolean; provider?: string | undefined; invitedBy: string; createdAt: string; expiresAt: string }

export type InvitationPage = { items: readonly (Invitation)[]; next?: string | undefined }

export type Invite = { email: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined; bound?: boolean | undefined; provider?: string | undefined }

export type LookAtInvitation = { token: string }

export type Member = { account: string; email: string; name: string; roles: readonly (ScopedRole)[]; since: string }

export type MemberPage = { items: readonly (Member)[]; next?: string | undefined }

export type SentInvitation = { invitation: Invitation; mailed: boolean; link?: string | undefined; note?: string | undefined }

export type ShownInvitation = { tenant: string; invitedBy?: string | undefined; email: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined; bound: boolean; provider?: string | undefined; expiresAt: string; accountExists: boolean }

export type SanType = 'dns' | 'ip' | 'email' | 'uri' | 'upn' | 'directoryName' | 'registeredId'

export type SubjectAltName = { type: SanType; value: string }

export type SubjectAttribute = { type: string; value: string }

export type ChangeNoticeSettings = { expiring?: boolean | undefined; days?: readonly (number)[] | undefined; requester?: boolean | undefined; certificateAddresses?: boolean | undefined; contacts?: readonly (string)[] | undefined; revoked?: boolean | undefined }

export type NoticeSettings = { expiring: boolean; days: readonly (number)[]; requester: boolean; certificateAddresses: boolean; contacts: readonly (string)[]; revoked: boolean }

export type Attention = { items: readonly (AttentionItem)[] }

export type AttentionItem = { authority: string; name: string; kind: 'awaiting-certificate' | 'ca-ended' | 'ca-ends' | 'cuts-short' | 'crl-overdue' | 'crl-missing' | 'responder-overdue' | 'responder-missing'; severity: 'error' | 'warning'; detail: string; at?: string | undefined }

export type CertificateHistory = { items: readonly (HistoryItem)[] }

export type DayCount = { from: string; count: number }

export type HistoryItem = { at: string; action: string; actor: 'account' | 'acme-account' | 'stranger' | 'system' | 'command-line'; account?: string | undefined; name?: string | undefined; token?: string | undefined; tokenName?: string | undefined; details?: { [name: string]: string | number | boolean | null } | undefined }

export type Overview = { ending: readonly (DayCount)[]; endedLately: number; issued: readonly (DayCount)[]; ways: { counted: number; by: readonly ({ by: string; count: number })[] }; waiting: { requests: number; more: boolean; oldest?: string | undefined } }

export type LintFinding = { lint: string; severity: 'error' | 'warning'; cites: string; requires: string; field: string; detail?: string | undefined }

export type Preview = { issuable: boolean; certificate?: DecodedTbsCertificate | undefined; request?: DecodedRequest | undefined; tbs?: string | undefined; problems: readonly (ProblemItem)[]; findings: readonly (LintFinding)[]; ignoredExtensions: readonly ({ id: string; name?: string | undefined; critical: boolean })[]; ignoredNames: readonly (string)[] }

export type PreviewProfile = { name?: string | undefined; profile: Profile; csr?: string | undefined; keyType?: KeyType | undefined; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }

export type PreviewTemplate = { csr?: string | undefined; keyType?: KeyType | undefined; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }

export type Problem = { type: string; title: string; status: number; code: 'malformed' | 'too-large' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'bad-csr' | 'bad-key' | 'name-not-allowed' | 'not-permitted' | 'lint' | 'issuer-inactive' | 'key-unavailable' | 'gone' | 'rate-limited' | 'idempotency-mismatch' | 'unavailable' | 'method-not-allowed' | 'unsupported-media-type' | 'address-too-long' | 'headers-too-large' | 'timeout' | 'wrong-host' | 'https-required' | 'fault'; detail: string; errors?: readonly (ProblemItem)[] | undefined; reference?: string | undefined }

export type ProblemItem = { field?: string | undefined; lint?: string | undefined; rule?: string | undefined; cites?: string | undefined; detail: string }

export type AllowRules = { dns: readonly (string)[]; ip: readonly (string)[]; email: readonly (string)[]; upn: readonly (string)[]; uri: readonly (string)[] }

export type CertificatePolicy = { policy: string; cps: boolean; userNotice?: string | undefined }

export type NameConstraints = { permitted: readonly (Subtree)[]; excluded: readonly (Subtree)[] }

export type Profile = { subject: { fromRequest: readonly (string)[] | 'any'; required: readonly (string)[]; fixed: readonly (SubjectAttribute)[] }; subjectAltNames: { fromRequest: readonly (SanType)[]; required: boolean; fixed: readonly (SubjectAltName)[]; fromCommonName: boolean }; keyTypes: readonly (KeyType)[]; signatureAlgorithm?: SignatureAlgorithm | undefined; validity: { default: Duration; maximum?: Duration | undefined; notAfter?: string | undefined; backdateMinutes: number; beyondIssuer: 'clamp' | 'refuse' }; keyUsage: { bits: readonly (KeyUsageBit)[]; rsaBits: readonly (KeyUsageBit)[]; critical: boolean }; extendedKeyUsage: { purposes: readonly (string)[]; critical: boolean }; basicConstraints: { ca: boolean; pathLength?: number | undefined; critical: boolean } | null; addresses: { crl: boolean; ocsp: boolean; aia: boolean; aiaUrl?: string | undefined }; policies: readonly (CertificatePolicy)[]; nameConstraints?: NameConstraints | undefined; copyExtensions: readonly (string)[]; extraExtensions: readonly ({ id: string; critical: boolean; value: string })[]; allow?: AllowRules | undefined }

export type Subtree = { type: 'dns' | 'email' | 'uri' | 'ip' | 'upn' | 'directoryName'; value: string }

export type AskPublicly = { email: string; csr?: string | undefined; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined }

export type AskedPublicly = { confirmBefore: string }

export type Claim = { state: 'open' | 'signing' | 'issued' | 'declined'; template: string; tenant: string; subject: string; subjectAltNames: readonly (SubjectAltName)[]; keyTypes: readonly (KeyType)[]; expiresAt: string; certificate?: string | undefined; chain?: string | undefined }

export type FollowLink = { token: string }

export type OwnRequest = { status: 'unconfirmed' | 'pending' | 'approved' | 'signing' | 'issued' | 'declined'; template: string; tenant: string; subject: string; subjectAltNames: readonly (SubjectAltName)[]; createdAt: string; note?: string | undefined; certificate?: string | undefined; chain?: string | undefined }

export type PublicTemplate = { name: string; description: string; authority: string; tenant: string; form: { subject: readonly (string)[] | 'any'; required: readonly (string)[]; subjectAltNames: readonly (SanType)[]; namesRequired: boolean }; keyTypes: readonly (KeyType)[] }

export type RedeemClaim = { token: string; csr: string }

export type AskRenewal = { certificate: string; csr: string }

export type CertificateRenewal = { state: 'issued' | 'signing' | 'pending'; certificate?: string | undefined; chain?: string | undefined }

export type Renew = { certificate: string; csr: string; proof: string }

export type RenewalChallenge = { text: string; validUntil: string }

export type ApproveRequests = { ids: readonly (string)[] }

export type CertificateRequest = { id: string; authority: string; template: string; status: RequestStatus; kind: 'csr' | 'public-csr' | 'form' | 'pre-approved' | 'renewal'; subject: string; subjectAltNames: readonly (SubjectAltName)[]; requestedBy: { account?: string | undefined; email?: string | undefined; token?: string | undefined }; createdAt: string; decidedAt?: string | undefined; decidedBy?: string | undefined; note?: string | undefined; certificate?: string | undefined; csr?: string | undefined; decoded?: DecodedRequest | undefined; approved?: { subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined } | undefined; claim?: { expiresAt: string; spent: boolean } | undefined; wishes: { subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }; templateRevision: number; templateChanged: boolean; preview?: Preview | undefined }

export type DeclineRequest = { note?: string | undefined }

export type DeclineRequests = { ids: readonly (string)[]; note?: string | undefined }

export type InviteToRequest = { email: string }

export type PreApprove = { template: string; email?: string | undefined; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }

export type RequestPage = { items: readonly (RequestSummary)[]; next?: string | undefined }

export type RequestPageAddress = { address: string; mailed: boolean }

export type RequestStatus = 'pending' | 'approved' | 'signing' | 'issued' | 'declined'

export type RequestSummary = { id: string; authority: string; template: string; status: RequestStatus; kind: 'csr' | 'public-csr' | 'form' | 'pre-approved' | 'renewal'; subject: string; subjectAltNames: readonly (SubjectAltName)[]; requestedBy: { account?: string | undefined; email?: string | undefined; token?: string | undefined }; createdAt: string; decidedAt?: string | undefined; decidedBy?: string | undefined; note?: string | undefined; certificate?: string | undefined }

export type ResendRequests = { ids: readonly (string)[] }

export type SentClaim = { request: string; mailed: boolean; link?: string | undefined; note?: string | undefined }

export type SignRequest = { subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined; templateRevision?: number | undefined }

export type SignRequests = { ids: readonly (string)[] }

export type SubmitRequest = { template: string; csr: string; subject?: readonly (SubjectAttribute)[] | undefined; subjectAltNames?: readonly (SubjectAltName)[] | undefined; validity?: RequestedValidity | undefined }

export type ScopedRole = { role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined }

export type Session = { account: string; tenant: string; token?: string | undefined; roles: readonly (ScopedRole)[] }

export type AskForPassword = { email: string }

export type NewAccount = { email: string; name?: string | undefined; password?: string | undefined; tenantName?: string | undefined }

export type NewFirstAccount = { secret: string; email: string; name?: string | undefined; password: string; tenantName: string }

export type OwnSession = { id: string; way: string; address: string; userAgent: string; createdAt: string; lastSeenAt: string; expiresAt: string; current: boolean }

export type PasswordAsked = { validMinutes: number }

export type RegistrationMailed = { state: 'mailed' }

export type SetPassword = { token: string; password: string }

export type SignInMethods = { password: true; passkeys: { available: boolean; why: string }; providers: readonly ({ id: string; name: string })[]; registration: 'open' | 'closed'; byMail: boolean; setup: 'due' | 'done'; passwordReset: 'by-mail' | 'off' }

export type Welcome = { account: string; tenant: string }

export type ChangeTemplate = { revision: number; name?: string | undefined; description?: string | undefined; enabled?: boolean | undefined; profile?: Profile | undefined; enrollment?: EnrollmentOptions | undefined }

export type CreateTemplate = { authority: string; name: string; description?: string | undefined; enabled?: boolean | undefined; profile: Profile; enrollment?: EnrollmentOptions | undefined }

export type EnrollmentOptions = { publicRequests: boolean; renewal?: { withinDays: number; copyNames: boolean; revokeOld: boolean } | undefined }

export type PredefinedPolicies = { items: readonly ({ policy: string; name: string; note: string })[] }

export type Template = { id: string; publicId: string; authority: string; name: string; description: string; enabled: boolean; revision: number; privileged: boolean; profile: Profile; enrollment: EnrollmentOptions }

export type TemplatePage = { items: readonly (Template)[]; next?: string | undefined }

export type TemplateServiceUrls = { crl?: string | undefined; ocsp?: string | undefined; aia?: string | undefined; cps?: string | undefined; publicRequests?: string | undefined; warnings: readonly (string)[] }

export type TemplateStarter = { name: string; description: string; profile: Profile }

export type TemplateStarters = { items: readonly (TemplateStarter)[] }

export type ApiToken = { id: string; account: string; name: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined; createdAt: string; expiresAt: string; lastUsedAt?: string | undefined; revokedAt?: string | undefined }

export type ApiTokenPage = { items: readonly (ApiToken)[]; next?: string | undefined }

export type CreateToken = { name: string; role: 'owner' | 'administrator' | 'officer' | 'auditor'; authority?: string | undefined; days?: number | undefined }

export type CreatedToken = { token: ApiToken; secret?: string | undefined; note?: string | undefined }

export type Duration = { days?: number | undefined; hours?: number | undefined }

export type RequestedValidity = { days?: number | undefined; hours?: number | undefined; notBefore?: string | undefined; notAfter?: string | undefined }

export type ChangeWebhook = { revision: number; name?: string | undefined; url?: string | undefined; events?: readonly (WebhookEvent)[] | undefined; enabled?: boolean | undefined }

export type CreateWebhook = { name: string; url: string; events: readonly (WebhookEvent)[] }

export type CreatedWebhook = { webhook: Webhook; secret?: string | undefined; note?: string | undefined }

export type RedeliverWebhook = { since: string }

export type Redelivered = { count: number; more: boolean }

export type RotateWebhookSecret = { overlapHours?: number | undefined }

export type Webhook = { id: string; name: string; url: string; events: readonly (WebhookEvent)[]; enabled: boolean; offReason?: string | undefined; createdAt: string; revision: number; previousUntil?: string | undefined; failingSince?: string | undefined; lastSuccessAt?: string | undefined }

export type WebhookDelivery = { id: string; event: string; eventId: string; state: 'waiting' | 'delivered' | 'failed'; attempts: number; status?: number | undefined; problem?: string | undefined; createdAt: string; nextAt?: string | undefined; settledAt?: string | undefined }

export type WebhookDeliveryPage = { items: readonly (WebhookDelivery)[]; next?: string | undefined }

export type WebhookEvent = 'request.invited' | 'request.received' | 'request.approved' | 'request.declined' | 'certificate.issued' | 'certificate.expiring' | 'certificate.revoked' | 'certificate.held' | 'certificate.released' | 'member.invited'

export type WebhookPage = { items: readonly (Webhook)[]; next?: string | undefined }

export type WholeWebhookDelivery = { id: string; event: string; eventId: string; state: 'waiting' | 'delivered' | 'failed'; attempts: number; status?: number | undefined; problem?: string | undefined; createdAt: string; nextAt?: string | undefined; settledAt?: string | undefined; body: string }

/** The words of the schemas that are one of several. */
export const WORDS = {
  KeyType: ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87', 'slh-dsa-sha2-128s', 'slh-dsa-sha2-128f', 'slh-dsa-sha2-192s', 'slh-dsa-sha2-192f', 'slh-dsa-sha2-256s', 'slh-dsa-sha2-256f', 'slh-dsa-shake-128s', 'slh-dsa-shake-128f', 'slh-dsa-shake-192s', 'slh-dsa-shake-192f', 'slh-dsa-shake-256s', 'slh-dsa-shake-256f'],
  KeyUsageBit: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'],
  SignatureAlgorithm: ['rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512', 'ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512', 'ed25519', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87', 'slh-dsa-sha2-128s', 'slh-dsa-sha2-128f', 'slh-dsa-sha2-192s', 'slh-dsa-sha2-192f', 'slh-dsa-sha2-256s', 'slh-dsa-sha2-256f', 'slh-dsa-shake-128s', 'slh-dsa-shake-128f', 'slh-dsa-shake-192s', 'slh-dsa-shake-192f', 'slh-dsa-shake-256s', 'slh-dsa-shake-256f'],
  AuthorityStatus: ['awaiting-certificate', 'active', 'archived', 'deleted'],
  CertificateStatus: ['valid', 'expired', 'revoked', 'held'],
  RevocationReason: ['unspecified', 'keyCompromise', 'cACompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation', 'certificateHold', 'privilegeWithdrawn', 'aACompromise'],
  MailState: ['waiting', 'sent', 'refused', 'expired', 'withdrawn'],
  SanType: ['dns', 'ip', 'email', 'uri', 'upn', 'directoryName', 'registeredId'],
  RequestStatus: ['pending', 'approved', 'signing', 'issued', 'declined'],
  WebhookEvent: ['request.invited', 'request.received', 'request.approved', 'request.declined', 'certificate.issued', 'certificate.expiring', 'certificate.revoked', 'certificate.held', 'certificate.released', 'member.invited'],
} as const

/** What each operation takes and gives, by its id. */
export interface Operations {
  showSession: { answer: Session }
  showAccount: { answer: Account }
  renameAccount: { body: Rename; answer: Account }
  createOwnTenant: { body: Rename; answer: Tenant }
  showTenant: { answer: Tenant }
  renameTenant: { body: Rename; answer: Tenant }
  listMembers: { query: { limit?: number | undefined; after?: string | undefined }; answer: MemberPage }
  showMember: { params: { account: string }; answer: Member }
  changeMember: { params: { account: string }; body: ChangeMember; answer: Member }
  removeMember: { params: { account: string }; answer: undefined }
  leaveTenant: { answer: undefined }
  listInvitations: { query: { limit?: number | undefined; after?: string | undefined }; answer: InvitationPage }
  invite: { body: Invite; answer: SentInvitation }
  resendInvitation: { params: { id: string }; answer: SentInvitation }
  removeInvitation: { params: { id: string }; answer: undefined }
  lookAtInvitation: { body: LookAtInvitation; answer: ShownInvitation }
  acceptInvitation: { body: AcceptInvitation; answer: AcceptedInvitation }
  listTokens: { query: { limit?: number | undefined; after?: string | undefined }; answer: ApiTokenPage }
  createToken: { body: CreateToken; answer: CreatedToken }
  revokeToken: { params: { id: string }; answer: undefined }
  showNoticeSettings: { answer: NoticeSettings }
  changeNoticeSettings: { body: ChangeNoticeSettings; answer: NoticeSettings }
  listTenantMails: { query: { limit?: number | undefined; after?: string | undefined; state?: 'waiting' | 'sent' | 'refused' | 'expired' | 'withdrawn' | undefined }; answer: TenantMailPage }
  resendMail: { params: { id: string }; answer: TenantMail }
  listWebhooks: { query: { limit?: number | undefined; after?: string | undefined }; answer: WebhookPage }
  createWebhook: { body: CreateWebhook; answer: CreatedWebhook }
  showWebhook: { params: { id: string }; answer: Webhook }
  changeWebhook: { params: { id: string }; body: ChangeWebhook; answer: Webhook }
  deleteWebhook: { params: { id: string }; answer: undefined }
  rotateWebhookSecret: { params: { id: string }; body: RotateWebhookSecret; answer: CreatedWebhook }
  listWebhookDeliveries: { params: { id: string }; query: { limit?: number | undefined; after?: string | undefined; state?: 'waiting' | 'delivered' | 'failed' | undefined }; answer: WebhookDeliveryPage }
  showWebhookDelivery: { params: { id: string; delivery: string }; answer: WholeWebhookDelivery }
  testWebhook: { params: { id: string }; answer: WebhookDelivery }
  redeliverWebhook: { params: { id: string }; body: RedeliverWebhook; answer: Redelivered }
  redeliverWebhookDelivery: { params: { id: string; delivery: string }; answer: WebhookDelivery }
  showInstallationSettings: { answer: InstallationSettings }
  changeInstallationSettings: { body: InstallationSettings; answer: InstallationSettings }
  showInstallationHealth: { answer: InstallationHealth }
  listRestores: { answer: InstallationRestores }
  listTenants: { query: { limit?: number | undefined; after?: string | undefined }; answer: TenantPage }
  createTenant: { body: CreateTenant; answer: Tenant }
  renameTenantOf: { params: { id: string }; body: Rename; answer: Tenant }
  listOperators: { query: { limit?: number | undefined; after?: string | undefined }; answer: OperatorPage }
  nameOperator: { body: NameOperator; answer: Operator }
  removeOperator: { params: { account: string }; answer: undefined }
  listMails: { query: { limit?: number | undefined; after?: string | undefined; state?: 'waiting' | 'sent' | 'refused' | 'expired' | 'withdrawn' | undefined }; answer: MailPage }
  showMail: { params: { id: string }; answer: Mail }
  sendTestMail: { body: TestMail; answer: Mail }
  listAuthorities: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined; status?: 'awaiting-certificate' | 'active' | 'archived' | 'deleted' | undefined }; answer: AuthorityPage }
  createAuthority: { body: CreateAuthority; answer: Authority }
  previewAuthority: { body: PreviewAuthority; answer: Preview }
  showAuthority: { params: { id: string }; answer: Authority }
  changeAuthority: { params: { id: string }; body: ChangeAuthority; answer: Authority }
  deleteAuthority: { params: { id: string }; body: DeleteAuthority; answer: undefined }
  archiveAuthority: { params: { id: string }; answer: Authority }
  renewAuthority: { params: { id: string }; body: RenewAuthority; answer: Renewal }
  previewRenewal: { params: { id: string }; body: RenewAuthority; answer: Preview }
  importAuthorityCertificate: { params: { id: string }; body: ImportCertificate; answer: Authority }
  downloadAuthorityCertificate: { params: { id: string }; query: { format?: 'pem' | 'der' | 'chain' | 'pkcs7' | undefined; generation?: string | undefined }; answer: string }
  downloadAuthorityCsr: { params: { id: string }; query: { format?: 'pem' | 'der' | undefined; generation?: string | undefined }; answer: string }
  showAuthorityServiceUrls: { params: { id: string }; answer: AuthorityServiceUrls }
  showAuthorityDeletion: { params: { id: string }; answer: AuthorityDeletion }
  exportRegister: { params: { id: string }; answer: string }
  previewProfile: { params: { id: string }; body: PreviewProfile; answer: Preview }
  listTemplates: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined }; answer: TemplatePage }
  createTemplate: { body: CreateTemplate; answer: Template }
  showTemplate: { params: { id: string }; answer: Template }
  changeTemplate: { params: { id: string }; body: ChangeTemplate; answer: Template }
  deleteTemplate: { params: { id: string }; answer: undefined }
  previewTemplate: { params: { id: string }; body: PreviewTemplate; answer: Preview }
  showTemplateServiceUrls: { params: { id: string }; answer: TemplateServiceUrls }
  listTemplateStarters: { answer: TemplateStarters }
  listPredefinedPolicies: { answer: PredefinedPolicies }
  submitRequest: { body: SubmitRequest; answer: CertificateRequest }
  listRequests: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined; template?: string | undefined; status?: 'pending' | 'approved' | 'signing' | 'issued' | 'declined' | undefined }; answer: RequestPage }
  showRequest: { params: { id: string }; answer: CertificateRequest }
  signRequest: { params: { id: string }; body: SignRequest; answer: IssuedCertificate | PendingCertificate }
  declineRequest: { params: { id: string }; body: DeclineRequest; answer: CertificateRequest }
  signRequests: { body: SignRequests; answer: BulkResults }
  declineRequests: { body: DeclineRequests; answer: BulkResults }
  preApproveRequest: { body: PreApprove; answer: SentClaim }
  approveRequest: { params: { id: string }; body: SignRequest; answer: SentClaim }
  resendClaim: { params: { id: string }; answer: SentClaim }
  reopenClaim: { params: { id: string }; answer: SentClaim }
  approveRequests: { body: ApproveRequests; answer: BulkResults }
  resendClaims: { body: ResendRequests; answer: BulkResults }
  inviteToRequest: { params: { id: string }; body: InviteToRequest; answer: RequestPageAddress }
  showPublicTemplate: { params: { publicId: string }; answer: PublicTemplate }
  askPublicly: { params: { publicId: string }; body: AskPublicly; answer: AskedPublicly }
  lookAtOwnRequest: { body: FollowLink; answer: OwnRequest }
  confirmOwnRequest: { body: FollowLink; answer: OwnRequest }
  lookAtClaim: { body: FollowLink; answer: Claim }
  redeemClaim: { body: RedeemClaim; answer: Claim }
  askRenewal: { params: { publicId: string }; body: AskRenewal; answer: RenewalChallenge }
  renew: { params: { publicId: string }; body: Renew; answer: CertificateRenewal }
  exportCertificates: { query: { authority?: string | undefined; template?: string | undefined; status?: 'valid' | 'expired' | 'revoked' | 'held' | undefined; name?: string | undefined; serialNumber?: string | undefined; fingerprint?: string | undefined; expiresFrom?: string | undefined; expiresTo?: string | undefined }; answer: string }
  showCertificateHistory: { params: { id: string }; answer: CertificateHistory }
  issueCertificate: { body: IssueCertificate; answer: IssuedCertificate | PendingCertificate }
  listCertificates: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined; template?: string | undefined; status?: 'valid' | 'expired' | 'revoked' | 'held' | undefined; name?: string | undefined; serialNumber?: string | undefined; fingerprint?: string | undefined; expiresFrom?: string | undefined; expiresTo?: string | undefined }; answer: CertificatePage }
  showCertificate: { params: { id: string }; answer: Certificate | PendingCertificate }
  downloadCertificate: { params: { id: string }; query: { format?: 'pem' | 'der' | 'chain' | 'pkcs7' | undefined }; answer: string }
  revokeCertificate: { params: { id: string }; body: Revoke; answer: Certificate }
  unrevokeCertificate: { params: { id: string }; answer: Certificate }
  revokeCertificates: { body: RevokeMany; answer: BulkResults }
  showOverview: { query: { authority?: string | undefined }; answer: Overview }
  listAttention: { query: { authority?: string | undefined }; answer: Attention }
  listAcmePolicies: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined }; answer: AcmePolicyPage }
  createAcmePolicy: { body: CreateAcmePolicy; answer: AcmePolicy }
  showAcmePolicy: { params: { id: string }; answer: AcmePolicy }
  changeAcmePolicy: { params: { id: string }; body: ChangeAcmePolicy; answer: AcmePolicy }
  deleteAcmePolicy: { params: { id: string }; answer: undefined }
  listAcmeBindings: { params: { id: string }; query: { limit?: number | undefined; after?: string | undefined }; answer: AcmeBindingPage }
  createAcmeBinding: { params: { id: string }; body: CreateAcmeBinding; answer: CreatedAcmeBinding }
  deleteAcmeBinding: { params: { id: string }; answer: undefined }
  listAcmeAccounts: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined; policy?: string | undefined }; answer: AcmeAccountPage }
  showAcmeAccount: { params: { id: string }; answer: AcmeAccount }
  listAcmeOrders: { params: { id: string }; query: { limit?: number | undefined; after?: string | undefined }; answer: AcmeOrderPage }
  deactivateAcmeAccount: { params: { id: string }; answer: AcmeAccount }
  listExchanges: { query: { limit?: number | undefined; after?: string | undefined; authority?: string | undefined; account?: string | undefined; subject?: string | undefined }; answer: ExchangePage }
  listAuditRecords: { query: { limit?: number | undefined; after?: string | undefined; from?: string | undefined; to?: string | undefined; action?: string | undefined; account?: string | undefined; object?: string | undefined }; answer: AuditRecordPage }
  exportAuditRecords: { query: { from?: string | undefined; to?: string | undefined }; answer: string }
  showAuditSeal: { answer: AuditSeal }
  signInByPassword: { body: { email: string; password: string }; answer: { [name: string]: unknown } }
  signInByProvider: { body: { provider: string; callbackURL: string; errorCallbackURL?: string | undefined }; answer: { [name: string]: unknown } }
  returnFromProvider: { params: { id: string }; answer: { [name: string]: unknown } }
  signOut: { body: { [name: string]: never }; answer: { [name: string]: unknown } }
  changePassword: { body: { currentPassword: string; newPassword: string }; answer: { [name: string]: unknown } }
  beginSecondFactor: { body: { password?: string | undefined }; answer: { [name: string]: unknown } }
  verifyCode: { body: { code: string }; answer: { [name: string]: unknown } }
  verifyRecoveryCode: { body: { code: string }; answer: { [name: string]: unknown } }
  renewRecoveryCodes: { body: { password?: string | undefined }; answer: { [name: string]: unknown } }
  removeSecondFactor: { body: { password?: string | undefined }; answer: { [name: string]: unknown } }
  beginPasskey: { answer: { [name: string]: unknown } }
  addPasskey: { body: { response: { [name: string]: unknown }; name?: string | undefined }; answer: { [name: string]: unknown } }
  beginSignInByPasskey: { answer: { [name: string]: unknown } }
  signInByPasskey: { body: { response: { [name: string]: unknown } }; answer: { [name: string]: unknown } }
  listPasskeys: { answer: { [name: string]: unknown } }
  renamePasskey: { body: { id: string; name: string }; answer: { [name: string]: unknown } }
  removePasskey: { body: { id: string }; answer: { [name: string]: unknown } }
  listLogins: { answer: { [name: string]: unknown } }
  linkProvider: { body: { provider: string; callbackURL: string; errorCallbackURL?: string | undefined }; answer: { [name: string]: unknown } }
  unlinkProvider: { body: { accountId: string }; answer: { [name: string]: unknown } }
  showSignInMethods: { answer: SignInMethods }
  setUp: { body: NewFirstAccount; answer: Welcome }
  register: { body: NewAccount; answer: Welcome | RegistrationMailed }
  askForPassword: { body: AskForPassword; answer: PasswordAsked }
  setPassword: { body: SetPassword; answer: undefined }
  listSessions: { answer: { items: readonly (OwnSession)[] } }
  endOtherSessions: { answer: undefined }
  endSession: { params: { id: string }; answer: undefined }
}

/** Where each operation is: its method, and its path with `{parameters}`. */
export const OPERATIONS: Readonly<Record<keyof Operations, readonly [method: string, path: string]>> = {
  showSession: ['GET', '/api/v1/session'],
  showAccount: ['GET', '/api/v1/account'],
  renameAccount: ['PATCH', '/api/v1/account'],
  createOwnTenant: ['POST', '/api/v1/tenants'],
  showTenant: ['GET', '/api/v1/tenant'],
  renameTenant: ['PATCH', '/api/v1/tenant'],
  listMembers: ['GET', '/api/v1/members'],
  showMember: ['GET', '/api/v1/members/{account}'],
  changeMember: ['PATCH', '/api/v1/members/{account}'],
  removeMember: ['DELETE', '/api/v1/members/{account}'],
  leaveTenant: ['POST', '/api/v1/tenant/leave'],
  listInvitations: ['GET', '/api/v1/invitations'],
  invite: ['POST', '/api/v1/invitations'],
  resendInvitation: ['POST', '/api/v1/invitations/{id}/resend'],
  removeInvitation: ['DELETE', '/api/v1/invitations/{id}'],
  lookAtInvitation: ['POST', '/api/v1/invitations/look'],
  acceptInvitation: ['POST', '/api/v1/invitations/accept'],
  listTokens: ['GET', '/api/v1/tokens'],
  createToken: ['POST', '/api/v1/tokens'],
  revokeToken: ['DELETE', '/api/v1/tokens/{id}'],
  showNoticeSettings: ['GET', '/api/v1/tenant/notices'],
  changeNoticeSettings: ['PATCH', '/api/v1/tenant/notices'],
  listTenantMails: ['GET', '/api/v1/mails'],
  resendMail: ['POST', '/api/v1/mails/{id}/resend'],
  listWebhooks: ['GET', '/api/v1/webhooks'],
  createWebhook: ['POST', '/api/v1/webhooks'],
  showWebhook: ['GET', '/api/v1/webhooks/{id}'],
  changeWebhook: ['PATCH', '/api/v1/webhooks/{id}'],
  deleteWebhook: ['DELETE', '/api/v1/webhooks/{id}'],
  rotateWebhookSecret: ['POST', '/api/v1/webhooks/{id}/rotate-secret'],
  listWebhookDeliveries: ['GET', '/api/v1/webhooks/{id}/deliveries'],
  showWebhookDelivery: ['GET', '/api/v1/webhooks/{id}/deliveries/{delivery}'],
  testWebhook: ['POST', '/api/v1/webhooks/{id}/test'],
  redeliverWebhook: ['POST', '/api/v1/webhooks/{id}/redeliver'],
  redeliverWebhookDelivery: ['POST', '/api/v1/webhooks/{id}/deliveries/{delivery}/redeliver'],
  showInstallationSettings: ['GET', '/api/v1/installation/settings'],
  changeInstallationSettings: ['PATCH', '/api/v1/installation/settings'],
  showInstallationHealth: ['GET', '/api/v1/installation/health'],
  listRestores: ['GET', '/api/v1/installation/restores'],
  listTenants: ['GET', '/api/v1/installation/tenants'],
  createTenant: ['POST', '/api/v1/installation/tenants'],
  renameTenantOf: ['PATCH', '/api/v1/installation/tenants/{id}'],
  listOperators: ['GET', '/api/v1/installation/operators'],
  nameOperator: ['POST', '/api/v1/installation/operators'],
  removeOperator: ['DELETE', '/api/v1/installation/operators/{account}'],
  listMails: ['GET', '/api/v1/installation/mails'],
  showMail: ['GET', '/api/v1/installation/mails/{id}'],
  sendTestMail: ['POST', '/api/v1/installation/mails/test'],
  listAuthorities: ['GET', '/api/v1/authorities'],
  createAuthority: ['POST', '/api/v1/authorities'],
  previewAuthority: ['POST', '/api/v1/authorities/preview'],
  showAuthority: ['GET', '/api/v1/authorities/{id}'],
  changeAuthority: ['PATCH', '/api/v1/authorities/{id}'],
  deleteAuthority: ['DELETE', '/api/v1/authorities/{id}'],
  archiveAuthority: ['POST', '/api/v1/authorities/{id}/archive'],
  renewAuthority: ['POST', '/api/v1/authorities/{id}/renew'],
  previewRenewal: ['POST', '/api/v1/authorities/{id}/renew/preview'],
  importAuthorityCertificate: ['POST', '/api/v1/authorities/{id}/certificates'],
  downloadAuthorityCertificate: ['GET', '/api/v1/authorities/{id}/certificates'],
  downloadAuthorityCsr: ['GET', '/api/v1/authorities/{id}/csr'],
  showAuthorityServiceUrls: ['GET', '/api/v1/authorities/{id}/service-urls'],
  showAuthorityDeletion: ['GET', '/api/v1/authorities/{id}/deletion'],
  exportRegister: ['GET', '/api/v1/authorities/{id}/export'],
  previewProfile: ['POST', '/api/v1/authorities/{id}/preview'],
  listTemplates: ['GET', '/api/v1/templates'],
  createTemplate: ['POST', '/api/v1/templates'],
  showTemplate: ['GET', '/api/v1/templates/{id}'],
  changeTemplate: ['PATCH', '/api/v1/templates/{id}'],
  deleteTemplate: ['DELETE', '/api/v1/templates/{id}'],
  previewTemplate: ['POST', '/api/v1/templates/{id}/preview'],
  showTemplateServiceUrls: ['GET', '/api/v1/templates/{id}/service-urls'],
  listTemplateStarters: ['GET', '/api/v1/template-starters'],
  listPredefinedPolicies: ['GET', '/api/v1/predefined-policies'],
  submitRequest: ['POST', '/api/v1/requests'],
  listRequests: ['GET', '/api/v1/requests'],
  showRequest: ['GET', '/api/v1/requests/{id}'],
  signRequest: ['POST', '/api/v1/requests/{id}/sign'],
  declineRequest: ['POST', '/api/v1/requests/{id}/decline'],
  signRequests: ['POST', '/api/v1/requests/sign'],
  declineRequests: ['POST', '/api/v1/requests/decline'],
  preApproveRequest: ['POST', '/api/v1/requests/pre-approved'],
  approveRequest: ['POST', '/api/v1/requests/{id}/approve'],
  resendClaim: ['POST', '/api/v1/requests/{id}/resend'],
  reopenClaim: ['POST', '/api/v1/requests/{id}/reopen'],
  approveRequests: ['POST', '/api/v1/requests/approve'],
  resendClaims: ['POST', '/api/v1/requests/resend'],
  inviteToRequest: ['POST', '/api/v1/templates/{id}/request-invitations'],
  showPublicTemplate: ['GET', '/api/v1/public/templates/{publicId}'],
  askPublicly: ['POST', '/api/v1/public/templates/{publicId}/requests'],
  lookAtOwnRequest: ['POST', '/api/v1/public/requests/look'],
  confirmOwnRequest: ['POST', '/api/v1/public/requests/confirm'],
  lookAtClaim: ['POST', '/api/v1/public/claims/look'],
  redeemClaim: ['POST', '/api/v1/public/claims/redeem'],
  askRenewal: ['POST', '/api/v1/public/authorities/{publicId}/renewals/challenge'],
  renew: ['POST', '/api/v1/public/authorities/{publicId}/renewals'],
  exportCertificates: ['GET', '/api/v1/certificates/export'],
  showCertificateHistory: ['GET', '/api/v1/certificates/{id}/history'],
  issueCertificate: ['POST', '/api/v1/certificates'],
  listCertificates: ['GET', '/api/v1/certificates'],
  showCertificate: ['GET', '/api/v1/certificates/{id}'],
  downloadCertificate: ['GET', '/api/v1/certificates/{id}/download'],
  revokeCertificate: ['POST', '/api/v1/certificates/{id}/revoke'],
  unrevokeCertificate: ['POST', '/api/v1/certificates/{id}/unrevoke'],
  revokeCertificates: ['POST', '/api/v1/certificates/revoke'],
  showOverview: ['GET', '/api/v1/overview'],
  listAttention: ['GET', '/api/v1/attention'],
  listAcmePolicies: ['GET', '/api/v1/acme-policies'],
  createAcmePolicy: ['POST', '/api/v1/acme-policies'],
  showAcmePolicy: ['GET', '/api/v1/acme-policies/{id}'],
  changeAcmePolicy: ['PATCH', '/api/v1/acme-policies/{id}'],
  deleteAcmePolicy: ['DELETE', '/api/v1/acme-policies/{id}'],
  listAcmeBindings: ['GET', '/api/v1/acme-policies/{id}/bindings'],
  createAcmeBinding: ['POST', '/api/v1/acme-policies/{id}/bindings'],
  deleteAcmeBinding: ['DELETE', '/api/v1/acme-bindings/{id}'],
  listAcmeAccounts: ['GET', '/api/v1/acme-accounts'],
  showAcmeAccount: ['GET', '/api/v1/acme-accounts/{id}'],
  listAcmeOrders: ['GET', '/api/v1/acme-accounts/{id}/orders'],
  deactivateAcmeAccount: ['POST', '/api/v1/acme-accounts/{id}/deactivate'],
  listExchanges: ['GET', '/api/v1/exchanges'],
  listAuditRecords: ['GET', '/api/v1/audit-records'],
  exportAuditRecords: ['GET', '/api/v1/audit-records/export'],
  showAuditSeal: ['GET', '/api/v1/audit-records/seal'],
  signInByPassword: ['POST', '/api/auth/sign-in/email'],
  signInByProvider: ['POST', '/api/auth/sign-in/social'],
  returnFromProvider: ['GET', '/api/auth/callback/{id}'],
  signOut: ['POST', '/api/auth/sign-out'],
  changePassword: ['POST', '/api/auth/change-password'],
  beginSecondFactor: ['POST', '/api/auth/two-factor/enable'],
  verifyCode: ['POST', '/api/auth/two-factor/verify-totp'],
  verifyRecoveryCode: ['POST', '/api/auth/two-factor/verify-backup-code'],
  renewRecoveryCodes: ['POST', '/api/auth/two-factor/generate-backup-codes'],
  removeSecondFactor: ['POST', '/api/auth/two-factor/disable'],
  beginPasskey: ['GET', '/api/auth/passkey/generate-register-options'],
  addPasskey: ['POST', '/api/auth/passkey/verify-registration'],
  beginSignInByPasskey: ['GET', '/api/auth/passkey/generate-authenticate-options'],
  signInByPasskey: ['POST', '/api/auth/passkey/verify-authentication'],
  listPasskeys: ['GET', '/api/auth/passkey/list-user-passkeys'],
  renamePasskey: ['POST', '/api/auth/passkey/update-passkey'],
  removePasskey: ['POST', '/api/auth/passkey/delete-passkey'],
  listLogins: ['GET', '/api/auth/list-accounts'],
  linkProvider: ['POST', '/api/auth/link-social'],
  unlinkProvider: ['POST', '/api/auth/unlink-account'],
  showSignInMethods: ['GET', '/api/v1/sign-in-methods'],
  setUp: ['POST', '/api/v1/setup'],
  register: ['POST', '/api/v1/registrations'],
  askForPassword: ['POST', '/api/v1/password-resets'],
  setPassword: ['POST', '/api/v1/password-resets/use'],
  listSessions: ['GET', '/api/v1/sessions'],
  endOtherSessions: ['DELETE', '/api/v1/sessions'],
  endSession: ['DELETE', '/api/v1/sessions/{id}'],
}
