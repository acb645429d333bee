import type { Template as TemplateBody } from '@chancery/api'
import { isPrivileged, type Template } from '@chancery/pki'
import { presentProfile } from './profile.ts'

/** A template as it is sent. */
export function presentTemplate({ profile, ...same }: Template): TemplateBody {
  return { ...same, privileged: isPrivileged(profile), profile: presentProfile(profile) }
}
