import type { ScopedRole } from './operations.ts'

/** What a member may do, from most to least. */
export type RoleName = ScopedRole['role']
