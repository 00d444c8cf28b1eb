// A story is told in steps: each is done, compared with what was expected of it, shown, and kept.

import type { Clock } from '../gate/index.ts'

export interface Step {
  readonly number: number
  readonly chapter: string
  readonly title: string
  readonly expected: string
  readonly happened: string
  readonly holds: boolean
  /** Commands that were given, as one would type them. */
  readonly commands: readonly string[]
  readonly table: Table | null
  readonly tookMs: number
}

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Telling {
  readonly title: string
  readonly expected: string
  /** Do it; yields what happened, and throws Otherwise when that is not what was expected. */
  readonly act: () => Promise<string | { readonly happened: string; readonly table: Table }>
}

export interface Story {
  readonly begin: (chapter: string) => void
  /** Do a step, and say whether it did what it says. */
  readonly tell: (telling: Telling) => Promise<boolean>
  readonly steps: readonly Step[]
}

/** Something other than the expected happened; the message says what. */
export class Otherwise extends Error {}

export interface StoryOptions {
  readonly clock: Clock
  /** Ends the story between two steps, by throwing its reason. */
  readonly signal: AbortSignal | null
  readonly takeCommands: () => readonly string[]
  readonly onChapter: (title: string) => void
  readonly onStep: (step: Step) => void
}

export function beginStory({ clock, signal, takeCommands, onChapter, onStep }: StoryOptions): Story {
  const steps: Step[] = []
  let chapter = ''

  return {
    steps,
    begin(title) {
      chapter = title
      onChapter(title)
    },
    async tell({ title, expected, act }) {
      const beganMs = clock.now()
      let result: { readonly happened: string; readonly table: Table | null; readonly holds: boolean }
      try {
        const told = await act()
        result = typeof told === 'string' ? { happened: told, table: null, holds: true } : { ...told, holds: true }
      } catch (error) {
        // Whatever is thrown, a fault of the tour itself included, is a step that did not do what it says.
        const happened = error instanceof Error ? error.message : String(error)
        result = { happened, table: null, holds: false }
      }
      signal?.throwIfAborted()
      const commands = takeCommands()
      const tookMs = clock.now() - beganMs
      const step = { number: steps.length + 1, chapter, title, expected, commands, tookMs, ...result }
      steps.push(step)
      onStep(step)
      return step.holds
    },
  }
}

/** Write a duration for a person. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** Write an amount of things for a person. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`
}
