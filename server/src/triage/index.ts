// Triage of refusals: which of them are worth a look, by plain rules over what their entries say in the clear, and how far somebody is with
// each. Nothing here opens what an entry keeps sealed: that a country counted is told to nobody (candidates are for that). A state
// gives and takes nothing; it says what people found, for the next one who looks.

import type { ModuleMigrations } from '../base/index.ts'

export const triageMigrations: ModuleMigrations = {
  module: 'triage',
  folder: new URL('migrations/', import.meta.url),
}

export { readRefusals, type RefusalsPage, type TriageDependencies } from './read-refusals.ts'
export { triageTables } from './tables.ts'
export { triageRefusal } from './triage-refusal.ts'
export { unusualReleases, type UnusualPage } from './unusual-releases.ts'
