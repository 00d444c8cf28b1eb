// The gate as its clients see it: one connection to one origin, whose calls are written from the product API's table of
// routes, and the release of a file's key. A refusal by decision is a value with its reasons; everything else that goes
// wrong is a Problem. Nothing is believed that the gate says until it parses.

export {
  connect,
  gateOrigin,
  isOfTrust,
  readText,
  type Clock,
  type Connection,
  type ConnectionOptions,
  type Limits,
} from './connection.ts'
export {
  call,
  download,
  send,
  upload,
  type AnswerOf,
  type CallName,
  type DownloadName,
  type InputOf,
  type Progress,
  type SendName,
} from './call.ts'
export { requireLabels } from './labels.ts'
export { unsuccessful, type Answered, type Outcome, type Refused } from './outcome.ts'
export { prove, type Credential } from './proof.ts'
export { requestShare, type Released, type Told, type Withheld } from './rewrap.ts'
