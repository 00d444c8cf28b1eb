// The Trusted Data Format of OpenTDF: a ZIP of two stored entries, a payload of sealed segments and a manifest that says
// who may release the key (key access objects), under which policy, and how everything hangs together (policy binding,
// segment hashes, root signature). We read 4.2.2 and 4.3.0 of every SDK and write 4.3.0. Here are the bytes and the rules
// alone: the gate uses policy, key access objects and binding; the client also the container and the segments.

export { crc32, joinCrc32 } from './crc32.ts'
export {
  bindingMac,
  bindPolicy,
  isPolicyBound,
  isRootSigned,
  isSameMac,
  signRoot,
  type HmacSha256,
} from './integrity.ts'
export {
  curveOf,
  ecWrapSalt,
  joinShares,
  parseKeyAccess,
  splitsOf,
  wrapStrength,
  writeKeyAccess,
  type Curve,
  type EcKeyAccess,
  type KeyAccess,
  type KeyAccessWire,
  type OtherKeyAccess,
  type RsaKeyAccess,
  type WrapStrength,
} from './key-access.ts'
export { dataDescriptor, directory, localHeader, manifestName, payloadName, type DirectoryEntry } from './layout.ts'
export {
  maxSegmentBytes,
  parseManifest,
  segmentOverhead,
  segmentSpans,
  type Manifest,
  type SegmentHash,
  type Segments,
} from './parse-manifest.ts'
export { parsePolicy, writePolicy, type Policy } from './policy.ts'
export {
  maxManifestBytes,
  readContainer,
  type Container,
  type RandomAccess,
  type StoredEntry,
} from './read-container.ts'
export { readTdf, type Tdf } from './read-tdf.ts'
export { invalidFile } from './refuse.ts'
export { segmentBytesFor, segmentCountFor, writeManifest, type ManifestFacts } from './write-manifest.ts'
