/** What the pages of the test are about. */
export interface Shown {
  readonly authority: string
}

/** Every page of the console for who is signed in: each is looked at in every view. */
export const CONSOLE_PAGES: readonly { readonly name: string; path(shown: Shown): string }[] = [
  { name: 'overview', path: () => '/console' },
]
