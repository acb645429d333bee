import type { Evidence } from '@chancery/pki'

/** By which way a certificate came; `import`: issued before its CA came here. */
export type Way = Evidence['by'] | 'import'

/** How many certificates came by one way. */
export interface WayCount {
  readonly by: Way
  readonly count: number
}

/**
 * Figures of a CA's certificates, for looks at the whole. Spans go from each of the given moments (milliseconds, ascending) up to the
 * next, without it. They are counted in indexes, a span at a time, so others have their turn in between. All are nothing for what
 * is no CA of the tenant.
 */
export interface CertificateFigures {
  /**
   * How many end in each span, of those that are neither revoked nor on hold nor given up. What waits for its signature counts: it
   * will have one.
   */
  ending(authority: string, moments: readonly number[]): Promise<readonly number[]>
  /** How many were written down in each span, and not given up. */
  issued(authority: string, moments: readonly number[]): Promise<readonly number[]>
  /** By which ways the newest came that were written down since then, most first; at most so many are looked at. */
  ways(authority: string, since: number, most: number): Promise<readonly WayCount[]>
}
