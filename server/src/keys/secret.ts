// Secret bytes: the share of a content key, an agreed secret, a key of the keystore. Nothing prints them, nothing turns them
// into JSON, and they are wiped after use. Only this folder can look inside: `useSecret` is not on the module's face.

declare const kept: unique symbol

/** Secret bytes that cannot be read, printed or written as JSON outside the key module. */
export interface Secret {
  readonly [kept]: true
}

const contents = new WeakMap<Secret, Uint8Array>()

/** Take over `bytes` as a secret. The caller must not keep or use them any longer. */
export function keepSecret(bytes: Uint8Array): Secret {
  const secret = Object.freeze(Object.create(null)) as Secret
  contents.set(secret, bytes)
  return secret
}

/** Give the bytes to `work`, which must not keep them. Throws TypeError when the secret was wiped. */
export function useSecret<T>(secret: Secret, work: (bytes: Uint8Array) => T): T {
  const bytes = contents.get(secret)
  if (bytes === undefined) throw new TypeError('cannot use secret: it was wiped')
  return work(bytes)
}

/** Overwrite the bytes with zeros and forget them. */
export function wipeSecret(secret: Secret): void {
  contents.get(secret)?.fill(0)
  contents.delete(secret)
}
