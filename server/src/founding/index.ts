// Founding a real enclave: an explicit ceremony. Somebody with the machine begins it with a list of founders; each founder
// signs in at the organization's own issuer and enrolls with a code that was shown once; founders attest for each other, so
// that nobody's status comes from themselves; an officer closes it. Until then nobody is on the roster and nothing can be
// decided for anybody; closing puts all of it there in one transaction.

import type { ModuleMigrations } from '../base/index.ts'

export const foundingMigrations: ModuleMigrations = {
  module: 'founding',
  folder: new URL('migrations/', import.meta.url),
}

export { attestFounder } from './attest-founder.ts'
export { beginFounding } from './begin-founding.ts'
export { closeFounding } from './close-founding.ts'
export { beginFounderPasskey, enrollByPasskey } from './enroll-by-passkey.ts'
export { enrollFounder } from './enroll-founder.ts'
export { parseFounders, whatIsStuck, type Founders } from './founders-file.ts'
export { issueCodes, voidEnrollment, type IssuedCode } from './issue-codes.ts'
export { openFounding } from './open-founding.ts'
export { readFounding, type FoundingStatus } from './read-founding.ts'
export type { FoundingDependencies } from './dependencies.ts'
export { foundingTables } from './tables.ts'
