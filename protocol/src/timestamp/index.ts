// Timestamps of an authority (RFC 3161): what is asked of it, and what has to hold of its answer before anybody believes it.
// Pure: hashes and signatures come from the caller.

export { certificatesOfPem, type TimestampCrypto, type TimestampHash } from './certificate.ts'
export { timestampRequest } from './request.ts'
export { timestampTroubles, verifyTimestamp, type Timestamped, type TimestampTrouble } from './verify.ts'
