// The OpenTDF door: a thin adapter from the KAS protocol to the one release path. It reads tokens and bytes, asks the
// decision point once for every policy, hands permits to the key release, and speaks refusals in words that OpenTDF's
// clients understand. It keeps no state, holds no key and never sees content.

export { kasDoor, type KasHandler } from './door.ts'
export type { KasCaller, KasDoorConfig, KasDoorParts, PresentedToken, PublishedKey } from './ports.ts'
export { kasUrl } from './publish.ts'
