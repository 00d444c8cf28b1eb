// Main wires the modules into a gate: the ground (database, folders), the founded enclave on it, the listener.

export { parseFile, parsePerson, readBackupOptions, wrongUse, type BackupOptions } from './backup-options.ts'
export { placeOf, type Place } from './backup-place.ts'
export { backup, toldRefusals, watched } from './backup-verbs.ts'
export { drillBackup, type DrillCopy, type DrillPassed, type DrillRequest } from './drill.ts'
export { openEnclave, openGround, type Enclave, type Ground, type Names } from './open-enclave.ts'
export { upSample, type Sample, type SampleOptions } from './sample.ts'
export { serve, type ServeOptions, type Serving } from './serve.ts'
export { version, type Terminal } from './verb.ts'
