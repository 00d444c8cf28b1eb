// The record of releases (22 CFR 120.15(e), 122.5): who was given the key of which file, when, where and by which method, under which
// authorization as it was cited on that day. Nobody types it: it is read from the decisions of the ledger that gave keys. The countries
// that counted stay sealed in those entries; they are opened for a stated purpose alone, person by person, each a look on record.

export { exportReleases, type ReleaseFormat } from './export-releases.ts'
export { readReleases, type ReleaseDependencies, type ReleasesPage, type ReleasesPaging } from './read-releases.ts'
export type { CountriesUsed, LookAtCountries, Release, ReleaseQuestion } from './release.ts'
