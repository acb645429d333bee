import { useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Loading } from '../components/states.tsx'
import { FirstSteps } from '../pages/first-steps/first-steps.tsx'
import { useAuthorities } from './authorities.ts'

/** Pages that make sense before there is a CA. */
const ALWAYS = /^\/console\/(?:profile|members|tokens|settings|audit|installation|authorities\/(?:new|import))(?:\/|$)/

/** Until the tenant has a CA, every page about certificates leads to making one. */
export function OnlyWithAuthority({ children }: { readonly children: ReactNode }) {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const { data, isPending } = useAuthorities()
  if (ALWAYS.test(path)) return children
  if (isPending) return <Loading />
  return data !== undefined && data.length === 0 ? <FirstSteps /> : children
}
