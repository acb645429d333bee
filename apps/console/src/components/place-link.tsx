import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A link to the page of something that is named by its kind and id, in the words of the API: `authority`, `template`. */
export function PlaceLink({
  kind,
  id,
  className,
  children,
}: {
  readonly kind: PlaceKind
  readonly id: string
  readonly className?: string | undefined
  readonly children: ReactNode
}) {
  const to: string = `${PLACES[kind]}/${id}`
  if (className !== undefined) {
    return (
      <Link to={to} className={className}>
        {children}
      </Link>
    )
  }
  return (
    <Anchor underline="always" renderRoot={(props) => <Link to={to} {...props} />}>
      {children}
    </Anchor>
  )
}

const PLACES = {
  authority: '/console/authorities',
  template: '/console/templates',
  request: '/console/requests',
  certificate: '/console/certificates',
} as const
export type PlaceKind = keyof typeof PLACES

/** Whether what is called so has a page of its own. */
export function hasPlace(kind: string): kind is PlaceKind {
  return Object.hasOwn(PLACES, kind)
}
