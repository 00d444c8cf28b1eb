// What every page stands on: styles under the nonce of the page, light or dark, the cache of answers, and the voice for screen readers.

import { AriaLiveAnnouncer, createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components'
import type { QueryClient } from '@tanstack/react-query'
import { QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useIsDark } from './preferences.ts'
import { darkTheme, lightTheme } from './theme.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } })

export function Ground({ queries, children }: { readonly queries: QueryClient; readonly children: ReactNode }) {
  const isDark = useIsDark()
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <FluentProvider theme={isDark ? darkTheme : lightTheme} className="ground">
        <QueryClientProvider client={queries}>
          <AriaLiveAnnouncer>{children}</AriaLiveAnnouncer>
        </QueryClientProvider>
      </FluentProvider>
    </RendererProvider>
  )
}
