// The page that one comes to: what there is to do today, by role.

import { HomeRegular } from '@fluentui/react-icons/svg/home'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  staticData: { title: 'Today', found: { group: 'today', icon: HomeRegular } },
}).lazy(async () => (await import('./view.tsx')).page)
