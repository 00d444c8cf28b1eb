// Markings of technical data: the banner of CUI with its dissemination controls, lists of release, distribution statements; and one
// set of labels that holds all of it beside ITAR, EAR, programs and items. Pure, read as hostile, written strictly.

export { bannerFaults, readBanner, writeBanner, writePortion, type Banner, type ReadBanner } from './banner.ts'
export { controls, type Control } from './controls.ts'
export {
  readStatement,
  statementFaults,
  statementValue,
  parseStatementValue,
  writeStatement,
  type DistributionStatement,
} from './distribution.ts'
export { isWithin, letOut, parseReleaseValue, releaseValue, type ReleaseList } from './release-list.ts'
export {
  bannerOfSet,
  closedBy,
  controlsDropped,
  isDissemination,
  isMarking,
  isNoForeign,
  labelDimensions,
  labelSetFaults,
  labelSetOf,
  labelsOfBanner,
  labelsOfSet,
  labelValueFault,
  needsReleaseList,
  parseSaid,
  saidBy,
  type LabelDimension,
  type LabelSet,
  type SaidLabel,
} from './label-set.ts'
export {
  mappingFault,
  meansMore,
  outsideSystems,
  parseOutside,
  readOutside,
  writeOutside,
  type FoundOutside,
  type Mapping,
  type OutsideLabel,
  type OutsideState,
  type OutsideSystem,
  type ReadOutside,
} from './outside.ts'
