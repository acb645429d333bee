/** Parts of the page of a certificate, as they stand in its address. */
export const CERTIFICATE_TABS = ['summary', 'details', 'chain', 'history', 'revocation'] as const
export type CertificateTab = (typeof CERTIFICATE_TABS)[number]
