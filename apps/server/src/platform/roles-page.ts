import { ROLES } from '../accounts/roles.ts'
import { type AnyRow, isAbove, type RoleAbove, type RouteRow } from './routes.ts'

/** `docs/roles.md`: who may do what, written from the table of routes, so that it says what the server does. */
export function rolesPage<Domain, Above>(rows: readonly AnyRow<Domain, Above>[]): string {
  const inTenant = rows.filter((row): row is RouteRow<Domain> => !isAbove(row))
  const above = rows.filter(isAbove<Domain, Above>)
  return `${[
    INTRODUCTION,
    tableOf(
      ['May', ...ROLES, 'For', 'API tokens'],
      inTenant.map((row) => [
        row.summary,
        ...ROLES.map((role) => (ROLES.indexOf(role) <= ROLES.indexOf(row.role) ? 'yes' : '')),
        scopeOf(row),
        row.forPeople ? '' : 'yes',
      ]),
    ),
    ABOVE,
    tableOf(
      ['May', 'Who'],
      above.map((row) => [row.summary, WHO[row.role]]),
    ),
    RULES,
  ].join('\n\n')}\n`
}

function scopeOf<Domain>({ reach }: RouteRow<Domain>): string {
  if (reach === 'tenant') return 'the tenant'
  return reach === 'anywhere' ? 'whatever' : 'the CA'
}

const WHO: Readonly<Record<RoleAbove, string>> = {
  operator: 'operators',
  account: 'whoever is signed in',
  anyone: 'anyone',
}

function tableOf(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n')
}

const INTRODUCTION = `# Who may do what

This page is written from the table of routes by \`apps/server/src/commands/write-generated.ts\`; a test walks every route that is
mounted as everybody, and holds the server to the same table.

A **member** of a tenant has one or more roles, each for the whole tenant or for one CA: an auditor of the tenant may be an officer
of one CA. For a CA the greater counts of the roles for it and for the tenant. What is of a CA for which somebody has no role is not
found, just as what is another tenant's. "The CA" below: the role for the CA in question is enough, and lists show the CAs for which
one has it. "The tenant": the role has to be for the whole tenant. "Whatever": the role for any CA will do.

Privileged templates (those whose certificates can vouch for others), the certificates of CAs and of their services, and what a CA
above has to sign need an administrator of that CA, on whichever route; under a privileged template nothing is issued at once.`

const ABOVE = `## Above tenants

**Operators** run the installation: the first account, and whom operators name. The last one stays. Being one gives no right inside
a tenant. API tokens are of a tenant and do none of this, but for what anyone may.`

const RULES = `## Who gives roles

- Owners of the tenant give and take any role. Administrators of the tenant give and take all but owner, for the tenant or a CA, and
  change nothing about an owner. Both rules are judged in the transaction of the change, with the rights of that moment.
- A role for one CA, even owner, gives and takes nothing: who comes into the tenant is a matter of the tenant.
- The last owner of the whole tenant stays: neither demoted, removed, nor gone by itself; of two owners who demote each other at once
  one stays.
- Leaving and removal count at the next call, in every process. The member's API tokens end for good, and the invitations from
  and to the member. With a CA every role, token and invitation ends that was for it; for who had no other role, the membership.
- An **invitation** lives 7 days, is accepted once, and is worth what its inviter may give when it is accepted. Its link is 256 random
  bits, stored as a hash, shown once to who invites; another link ends it. It is bound to the invited address unless \`bound\` is
  false: then whoever holds the link comes in. It may ask for a sign-in by one provider. Without mail nobody has proved that an
  address is theirs: who invites hands the link over by a way that they trust.
- An **API token** has a role, a scope and an expiry, and at each call at most what its maker has then. It makes no tokens and no
  members. Its secret is shown once and stored as a hash. A call with the same Idempotency-Key does not show it again.
- Who is a member of several tenants and signed in names the one that is meant in the header \`Chancery-Tenant\`.
- Each account makes one tenant of its own; operators make others.`
