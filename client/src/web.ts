// What of the client runs in a browser as it runs in Node: sealing and opening as streams, and asking a gate for the key of a file.
// The same files serve the command line; crypto is WebCrypto. A test holds that nothing of Node is reached from here.

export {
  acknowledgement,
  receiving,
  rewrapExchange,
  rewrapPath,
  type Released,
  type Told,
  type Withheld,
} from './gate/rewrap-exchange.ts'
export { openStream } from './tdf/open-stream.ts'
export { releaseSigner, type Release, type ReleaseRequest } from './tdf/release-key.ts'
export { sealStream, type Sealed } from './tdf/seal-stream.ts'
export { webCipher } from './tdf/web-cipher.ts'
export { makeDataKey, wrapSplits, type KasKey } from './tdf/wrap.ts'
