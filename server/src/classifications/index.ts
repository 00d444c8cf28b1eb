// Classification records: what was decided about an article or its data, which list it is on, on which basis, by whom and when. A
// record is never edited: another one comes in its place, so that the past is answered by the record of that day, and every record of
// a line leads to the one at its end (`classification_holding`, with an `_as_of` for a moment of the past). A first record and whatever
// lowers control take two others; what only raises control, and withdrawing, is one officer's and holds at once.

import type { ModuleMigrations } from '../base/index.ts'

export const classificationsMigrations: ModuleMigrations = {
  module: 'classifications',
  folder: new URL('migrations/', import.meta.url),
}

export { classificationApprovals } from './approve-classification.ts'
export type { Classification } from './classification.ts'
export type { ControlCompared } from './compare-control.ts'
export type { ClassificationDependencies } from './dependencies.ts'
export { findClassification, listClassifications, listDueClassifications, readLine } from './read-classifications.ts'
export {
  classificationRequest,
  foundClassification,
  registerClassification,
  type ClassificationRegistered,
} from './register-classification.ts'
export { standingOf, standOn, type Claim, type Standing, type StoodOn } from './stand-on.ts'
export { classificationsTables } from './tables.ts'
export { readUsmlData } from './usml.ts'
export { withdrawClassification } from './withdraw-classification.ts'
