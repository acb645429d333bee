import type { Principal } from '../../accounts/roles.ts'

/** The CAs that somebody has a role for who has none for the whole tenant. */
export function ownAuthorities({ roles }: Principal): readonly string[] {
  return roles.flatMap(({ authority }) => (authority === undefined ? [] : [authority]))
}
