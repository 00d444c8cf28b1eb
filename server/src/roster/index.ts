// The roster: who is on it, what export control knows of them, and since when. It keeps the decision and its basis, never
// documents. For a U.S. person there is no place to record a country, because none ever matters; a foreign person's
// countries are sealed under that person's own key, and reach the decision point through the view `roster_subject`, which
// shows them only while the person is a foreign person. People come in by a ceremony, are read under a permit, and are
// ended by one person, at once.

import type { ModuleMigrations } from '../base/index.ts'

export const rosterMigrations: ModuleMigrations = {
  module: 'roster',
  folder: new URL('migrations/', import.meta.url),
}

export { addPerson } from './add-person.ts'
export type { RosterDependencies } from './dependencies.ts'
export { endPerson } from './end-person.ts'
export type { Ending, NewPerson, Person } from './person.ts'
export { displayNames, findPerson, listPeople, openSealedEntry, personOf } from './read-people.ts'
export { makePersonVault, type FieldKeys, type PersonVault } from './vault.ts'
