// Evidence packets in files: checked with this machine's cryptography, read piece by piece. Nothing here speaks to a gate.

export { leftOutOf } from './left-out.ts'
export { openPacket } from './open-packet.ts'
export { nameCertificate, readTimestampRoots, timestampCrypto, type NamedCertificate } from './timestamp-crypto.ts'
export { verifyingPage, type VerifyingPage } from './verifying-page.ts'
