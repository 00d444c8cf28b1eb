// What holds a file together: the policy binding ties each share to the policy, the root signature ties all segments and
// their order to the payload key. Both are HMAC-SHA-256, which the runtime brings: node:crypto in the gate and the client,
// WebCrypto in a page.

import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../bytes.ts'
import type { Manifest } from './parse-manifest.ts'

/** Compute HMAC-SHA-256: 32 bytes. */
export type HmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array | Promise<Uint8Array>

/**
 * Bind a policy to a share: the hash text for a key access object. `policy` is the base64 text that the manifest will hold.
 * SPEC: OpenTDF as shipped: base64 of the lower-case hex of HMAC(share, policy text); other servers refuse the raw form.
 */
export async function bindPolicy(hmac: HmacSha256, share: Uint8Array, policy: string): Promise<string> {
  return toBase64(utf8(toHex(await hmac(share, utf8(policy)))))
}

/** Say whether `binding` ties this share to this policy text; takes the hex form and the raw form. */
export async function isPolicyBound(
  hmac: HmacSha256,
  share: Uint8Array,
  policy: string,
  binding: string,
): Promise<boolean> {
  const claimed = bindingMac(binding)
  return claimed !== null && isSameMac(claimed, await hmac(share, utf8(policy)))
}

/** Sign the segment hashes (raw, one after another) under the payload key, in the 4.3 form. */
export async function signRoot(hmac: HmacSha256, key: Uint8Array, hashes: Uint8Array): Promise<Uint8Array> {
  return await hmac(key, hashes)
}

/** Say whether the root signature of a manifest is that of its segments under this payload key. */
export async function isRootSigned(hmac: HmacSha256, key: Uint8Array, manifest: Manifest): Promise<boolean> {
  const { hashes } = manifest.segments
  // SPEC: a 4.2.2 file signs the hexadecimal text of the hashes.
  const message = manifest.version === '4.2.2' ? utf8(toHex(hashes)) : hashes
  return isSameMac(manifest.rootSignature, await hmac(key, message))
}

/** Compare two MACs in a time that does not depend on where they differ. */
export function isSameMac(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/** Read the MAC of a policy binding, in the hex form or the raw form; null for what is none. ATTACKER: anybody can write one. */
export function bindingMac(binding: string): Uint8Array | null {
  const bytes = fromBase64(binding)
  if (bytes === null || bytes.length === 32) return bytes
  return bytes.length === 64 && bytes.every((byte) => byte < 128) ? fromHex(fromUtf8(bytes)) : null
}
