/** Say to WebCrypto that bytes are of no memory that threads share: none of ours ever are. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}
