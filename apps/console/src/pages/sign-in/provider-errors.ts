/** Why a login at a provider came to nothing, by the word in the address that it leads back to. */
const WORDS: Readonly<Record<string, string>> = {
  access_denied: 'The login was not allowed there. Try again, or sign in another way.',
  registration_closed: 'There is no account for this login, and registration is closed. Ask to be invited.',
  account_not_linked: 'An account has this address already. Sign in to it, and link this login in your profile.',
  account_already_linked_to_different_user: 'Another account has this login.',
  unable_to_link_account: 'The login could not be linked.',
  unable_to_get_user_info: 'The provider did not say who you are, or did not vouch for your address.',
  email_not_found: 'The provider gave no e-mail address.',
  state_mismatch: 'The login took too long, or began in another browser. Begin again here.',
}

export function providerErrorWords(error: string): string {
  return WORDS[error] ?? 'The login did not succeed. Try again, or sign in another way.'
}
