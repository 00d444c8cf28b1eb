// Evidence packets: the part of a ledger that answers one question, in one file that anybody checks offline. A packet is a ZIP
// archive of a fixed form. `packet.json` holds the question, who asked, the checkpoint, the keys and the digest of every other
// part, and is signed by the keys of the ledger (`signature.txt`); `entries.jsonl` holds the very bytes of the entries, a line
// each, and `proofs.jsonl` the inclusion proof of each to the one checkpoint. Hashes and signature checks enter as parameters.

export {
  archiveEnd,
  archiveHeader,
  archiveLength,
  crc32,
  maxArchiveBytes,
  type ArchivePart,
  type PacketSource,
} from './archive.ts'
export {
  completenessOf,
  entriesPart,
  filterText,
  isChosen,
  keysFingerprint,
  leadingParts,
  maxTimestamps,
  packetFormat,
  packetMade,
  packetText,
  proofsPart,
  questionKinds,
  timestampRootsPart,
  type PacketStatement,
  type QuestionKind,
  type Selection,
} from './packet.ts'
export type { RunningHash } from './part-reader.ts'
export type { PacketFacts, PacketFault, PacketTimestamps, PacketVerdict } from './verdict.ts'
export { keepsSealed, policyDigestOf, type OnEntry } from './verify-entries.ts'
export { verifyPacket, type VerifyPacketOptions } from './verify-packet.ts'
export { verifySelection, type LeftOut } from './verify-selection.ts'
