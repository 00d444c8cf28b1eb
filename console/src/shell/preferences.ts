// How this person likes the console on this machine: light or dark, and how dense. Nothing of it is personal or controlled.

import { useSyncExternalStore } from 'react'

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
}

const place = 'sallyport-preferences'
const usual: Preferences = { theme: 'system', density: 'comfortable' }
const watchers = new Set<() => void>()
let current = read()

/** Use the preferences; every part that does is drawn again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(watch, () => current)
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  localStorage.setItem(place, JSON.stringify(current))
  for (const watcher of watchers) watcher()
}

/** Whether it is dark: as chosen, or as the machine is. */
export function useIsDark(): boolean {
  const { theme } = usePreferences()
  const isDarkMachine = useSyncExternalStore(watchMachine, () => machine().matches)
  return theme === 'system' ? isDarkMachine : theme === 'dark'
}

const machine = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')

function watchMachine(watcher: () => void): () => void {
  const query = machine()
  query.addEventListener('change', watcher)
  return () => query.removeEventListener('change', watcher)
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Preferences>
    const isTheme = kept.theme === 'light' || kept.theme === 'dark'
    return {
      theme: isTheme ? kept.theme : usual.theme,
      density: kept.density === 'compact' ? 'compact' : 'comfortable',
    }
  } catch {
    return usual
  }
}
