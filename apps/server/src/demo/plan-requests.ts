import { COMPANY } from './company.ts'
import type { Holder } from './holders.ts'

const HOUR = 3_600_000
const { domain } = COMPANY

/** A request that somebody left, and nobody has said yes to. */
export interface PlannedRequest {
  readonly holder: Pick<Holder, 'template' | 'subject' | 'names'>
  readonly at: number
  /** What the requester wants beside what the CSR says. */
  readonly days?: number
  readonly declined?: { readonly at: number; readonly note: string }
}

/** Requests that wait now, and some that were declined: each with a reason to look twice. */
export function planRequests(now: number): readonly PlannedRequest[] {
  const at = (hoursAgo: number) => now - hoursAgo * HOUR
  const host = (template: Holder['template'], ...hosts: readonly [string, ...string[]]): PlannedRequest['holder'] => ({
    template,
    subject: [{ type: 'commonName', value: hosts[0] }],
    names: hosts.map((value) => ({ type: 'dns', value })),
  })
  const person = (template: Holder['template'], value: string, email: string): PlannedRequest['holder'] => ({
    template,
    subject: [{ type: 'commonName', value }],
    names: [{ type: 'email', value: `${email}@${domain}` }],
  })
  return [
    { holder: host('web', `conference.${domain}`, `www.conference.${domain}`), at: at(0.6) },
    { holder: host('web', `shop-staging.${domain}`), at: at(2.5), days: 30 },
    { holder: host('web', `press.${domain}`, 'press.brightwater-news.example'), at: at(4) },
    { holder: person('mail', 'Hiro Sato', 'hiro.sato'), at: at(5.2) },
    { holder: person('mail', 'Grace Novak', 'grace.novak'), at: at(7) },
    { holder: host('internal', `oscilloscope.tor.${domain}`), at: at(20) },
    { holder: host('internal', `autoclave.ber.${domain}`), at: at(21) },
    { holder: host('database', `pg-warehouse-1.db.${domain}`, `pg-warehouse.db.${domain}`), at: at(26) },
    { holder: person('sign-in', 'Zoë Haddad', 'zoe.haddad'), at: at(29), days: 365 },
    { holder: host('gateway', `vpn-osa.${domain}`), at: at(47) },
    { holder: host('web', `*.demo.${domain}`), at: at(52) },
    {
      holder: {
        template: 'code',
        subject: [
          { type: 'organizationName', value: COMPANY.name },
          { type: 'commonName', value: 'Spectrometer Firmware 8' },
        ],
        names: [],
      },
      at: at(75),
      days: 730,
    },
    { holder: person('mail', 'Oskar Müller', 'oskar.muller'), at: at(98) },
    {
      holder: host('web', 'login.microsoftonline.example'),
      at: at(120),
      declined: { at: at(116), note: 'Not a name of ours.' },
    },
    {
      holder: host('internal', 'files.brightwater-old.example'),
      at: at(290),
      declined: { at: at(288), note: 'The old domain ended in spring: ask for the new name.' },
    },
  ]
}
