/**
 * The tenant of the installation itself: its platform CA lives there. It has no members, its tokens would open nothing, and no public
 * address leads to it but `/platform-ca.pem`. Ids of other tenants are chance and never this word.
 */
export const SYSTEM_TENANT = 'system'
