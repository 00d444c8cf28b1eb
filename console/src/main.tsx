// Starts the console: the cache of answers, the router over all pages, and what to do when a session is over.

import { QueryClient } from '@tanstack/react-query'
import { createRouter, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { GateProblem } from './api/index.ts'
import { onSessionLost } from './api/send.ts'
import { pages } from './pages/index.ts'
import { sessionQuery } from './session/session.ts'
import { Ground } from './shell/ground.tsx'

/** The gate said no: what comes back of itself would only leave another refusal on record. */
const isRefusal = (error: unknown) => error instanceof GateProblem && error.isRefusal

const queries = new QueryClient({
  defaultOptions: {
    // Whoever has no network is told so: what waits without a word looks like a gate that is slow.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 15_000,
      // What the gate refused or could not read it will not take the second time either.
      refetchOnWindowFocus: ({ state: { error } }) => !isRefusal(error),
      retry: (count, error) => count < 2 && error instanceof GateProblem && error.code === 'unreachable',
    },
  },
})

const router = createRouter({
  routeTree: pages,
  context: { queries },
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

// The gate is asked once more: a call can fail for its proof alone. Nobody there: the shell's route leads to the sign-in and back.
let isAsking = false
onSessionLost(() => {
  if (isAsking) return
  isAsking = true
  void queries
    .fetchQuery({ ...sessionQuery, staleTime: 0 })
    .then(async ({ session }) => (session === null ? await router.invalidate() : undefined))
    .catch(() => undefined)
    .finally(() => (isAsking = false))
})

const place = document.getElementById('console')
if (place === null) throw new Error('cannot start: the page has no place for the console')
createRoot(place).render(
  <StrictMode>
    <Ground queries={queries}>
      <RouterProvider router={router} />
    </Ground>
  </StrictMode>,
)
