// The two routes that all pages hang under: anybody's, and those of whoever is signed in. A page says here how it is found.

import type { Role } from '@sallyport/protocol'
import type { FluentIcon } from '@fluentui/react-icons'
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router'
import { sessionQuery, type Session } from '../session/session.ts'
import { enclaveQuery } from './enclave.ts'
import { lostPage, Nowhere } from './lost.tsx'

/** Where a page stands in the navigation. */
export interface Found {
  readonly group: 'today' | 'people' | 'authorizations' | 'files' | 'record'
  readonly icon: FluentIcon
  /** For whom it is named, where that is not a matter of roles. */
  readonly isFor?: (session: Session) => boolean
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the page is called: in its heading, the window and the navigation. */
    readonly title?: string
    /**
     * Roles that have something behind the page, by the policies that ship; left out where everybody may. Whoever has none of them is
     * told so before the gate is asked, because asking it leaves a refusal on record. The gate decides all the same.
     */
    readonly readers?: readonly Role[]
    /** Only for pages that the navigation names. */
    readonly found?: Found
  }
}

export const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  notFoundComponent: Nowhere,
  errorComponent: lostPage,
})

/** Parent of every page that needs somebody. Whoever is nobody signs in first, and comes back to where they wanted to be. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context: { queries }, location }) => {
    // Before it is founded the gate answers its founders alone.
    const { state } = await queries.ensureQueryData(enclaveQuery)
    if (state === 'founding') throw redirect({ to: '/founding', replace: true })
    const { session } = await queries.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: '/sign-in', search: { returnTo: location.href }, replace: true })
    return { session: session as Session }
  },
  notFoundComponent: Nowhere,
  errorComponent: lostPage,
}).lazy(async () => (await import('./shell.tsx')).shell)

/** Whoever is signed in. Only under `shellRoute`. */
export function useSession(): Session {
  return shellRoute.useRouteContext({ select: ({ session }) => session })
}
