// Sealed files on disk: seal content so that only a gate's key leads back to it, open it with the shares that gates release,
// and read what a sealed file says of itself. Content and payload keys exist in the clear here and nowhere in the server.
// Whoever opens a file gives `release`, which asks a gate over its own channel; createReleaseKey makes the key pair for that
// request. Large files are worked on by worker threads, which read and write for themselves.

export { inspectFile, readBinding, type FileFacts, type KeyFacts } from './inspect-file.ts'
export { openFile, openResumably, type Opened, type OpenOptions } from './open-file.ts'
export { openPartial, removePartial } from './partial-file.ts'
export type { Release, ReleaseRequest } from './release-key.ts'
export { sealFile, type Sealed, type SealOptions } from './seal-file.ts'
export { beginSealing, goOnSealing, type SealingDraft } from './seal-resumably.ts'
export type { Progress, WorkOptions } from './segments.ts'
export { verifyFile, type Verified, type VerifyOptions } from './verify-file.ts'
export { createReleaseKey, type KasKey, type ReleaseKey } from './wrap.ts'
export { writeAt, writeWhole } from './whole-file.ts'
