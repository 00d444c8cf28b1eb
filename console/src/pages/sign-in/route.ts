// Signing in: anybody's page.

import { createRoute } from '@tanstack/react-router'
import { rootRoute } from '../../shell/routes.ts'

interface SignInSearch {
  /** Where one wanted to be: a path of this console. */
  readonly returnTo?: string | undefined
  /** Code of what went wrong on the way back from a provider. */
  readonly problem?: string | undefined
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ returnTo, problem }: Record<string, unknown>): SignInSearch => ({
    // Said of each: the router goes on with whatever is left out as it came.
    returnTo: isOwnPath(returnTo) ? returnTo : undefined,
    problem: typeof problem === 'string' && /^[a-z-]{1,40}$/.test(problem) ? problem : undefined,
  }),
  staticData: { title: 'Sign in' },
}).lazy(async () => (await import('./view.tsx')).page)

/** ATTACKER: whoever made the link chose it. Only a path of this origin is gone to. */
function isOwnPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    /^\/(?![/\\])/.test(path) &&
    URL.parse(path, location.origin)?.origin === location.origin
  )
}
