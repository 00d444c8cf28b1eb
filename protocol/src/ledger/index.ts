// The ledger's formats and how they are checked, so that anybody can, offline. An entry is canonical JSON with a salt; its
// leaf hash is a leaf of an RFC 6962 tree; a checkpoint is the tree's size and root, signed with two keys (C2SP signed
// note); a receipt is the promise that an entry will be in the tree; an export is all of it in one file. SHA-256 and
// signature checks enter as parameters.

export { foldRoots, hashLength, leafHash, nodeHash, TreeHasher, type Sha256 } from './merkle.ts'
export {
  proveConsistency,
  proveInclusion,
  rootFromInclusion,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
  type NodeReader,
} from './proofs.ts'
export {
  hashAt,
  maxEntryBytes,
  nodeInTile,
  partialWidth,
  placeOfNode,
  rootFromPartials,
  tileWidth,
  type NodePlace,
} from './tiles.ts'
export { formatTileName, parseTileLevel, parseTileName, type TileName } from './tile-path.ts'
export {
  ecdsaType,
  ed25519Type,
  formatNote,
  formatVerifyKey,
  parseNote,
  parseVerifyKey,
  verifyKeyOf,
  verifyNote,
  type NoteKeyType,
  type NoteSignature,
  type SignedNote,
  type VerifyKey,
  type VerifySignature,
} from './note.ts'
export { checkpointText, parseCheckpointText, verifyCheckpoint, type Checkpoint } from './checkpoint.ts'
export { encodeEntry, entryFrame, parseEntry, saltLength, type LedgerEntry } from './entry.ts'
export {
  parseReceipt,
  receiptLeaf,
  receiptText,
  verifyReceipt,
  type Receipt,
  type ReceiptMatter,
  receiptShape,
} from './receipt.ts'
export { formatTlogProof, parseTlogProof, verifyTlogProof, type TlogProof } from './tlog-proof.ts'
export { ExportDamage, exportBlock, exportEntries, exportHead, ExportReader } from './export.ts'
export { verifyExport, type ExportFault, type ExportVerdict, type VerifyExportOptions } from './verify-export.ts'
