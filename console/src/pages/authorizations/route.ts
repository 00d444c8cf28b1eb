// The register of authorizations: what there is, and how long it holds.

import { CertificateRegular } from '@fluentui/react-icons/svg/certificate'
import type { AuthorizationKind } from '@sallyport/protocol'
import { createRoute } from '@tanstack/react-router'
import { kindNames, standings, type Standing } from '../../parts/authorization-standing.ts'
import { shellRoute } from '../../shell/routes.ts'

export interface RegisterSearch {
  readonly text?: string | undefined
  readonly kind?: AuthorizationKind | undefined
  readonly standing?: Standing | undefined
}

const isKind = (text: unknown): text is AuthorizationKind => typeof text === 'string' && Object.hasOwn(kindNames, text)
const isStanding = (text: unknown): text is Standing => standings.some((one) => one === text)

export const authorizationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/authorizations',
  validateSearch: ({ text, kind, standing }: Record<string, unknown>): RegisterSearch => ({
    text: typeof text === 'string' && text !== '' ? text.slice(0, 200) : undefined,
    kind: isKind(kind) ? kind : undefined,
    standing: isStanding(standing) ? standing : undefined,
  }),
  staticData: {
    title: 'Register',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'authorizations',
      icon: CertificateRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
