// A list with what narrows it, or the refusal alone: whoever is refused has nothing to narrow.

import type { ReactNode } from 'react'
import { GateProblem } from '../api/index.ts'
import { Trouble } from './trouble.tsx'

export function UnlessRefused({ error, children }: { readonly error: unknown; readonly children: ReactNode }) {
  return error instanceof GateProblem && error.isRefusal ? <Trouble error={error} /> : children
}
