// What a program needs to be a client of a gate: the connection with its typed calls, and the session that signs them.
// Sealing and opening stand in ./tdf, the command line in ./cli.

export {
  call,
  connect,
  download,
  requestShare,
  upload,
  type AnswerOf,
  type Clock,
  type Connection,
  type ConnectionOptions,
  type Credential,
  type InputOf,
  type Limits,
  type Outcome,
  type Progress,
  type Refused,
  type Released,
  type Told,
} from './gate/index.ts'
export { credentialOf, meet, profileFolder, readProfile, type Profile } from './session/index.ts'
