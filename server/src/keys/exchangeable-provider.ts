// A provider whose keys change while it is in use: what holds on to it goes on with another one behind the same words. What was
// asked of the earlier one is still answered by it, and then it is closed.

import type { KeyProvider } from './provider.ts'

export interface ExchangeableProvider {
  readonly provider: KeyProvider
  /** Go on with another provider, which is taken over. */
  exchange(next: KeyProvider): void
}

/** Put a provider behind words that stay. It is taken over, and closed once it is exchanged and has answered. */
export function exchangeableProvider(first: KeyProvider): ExchangeableProvider {
  let now = { inner: first, underWay: 0, isLeft: false }
  const asked = async <T>(ask: (inner: KeyProvider) => Promise<T>): Promise<T> => {
    const one = now
    one.underWay++
    try {
      return await ask(one.inner)
    } finally {
      one.underWay--
      if (one.isLeft && one.underWay === 0) one.inner.close()
    }
  }
  return {
    provider: {
      name: first.name,
      list: () => now.inner.list(),
      publicKeyPem: (kid) => now.inner.publicKeyPem(kid),
      ecdh: (use, peer) => asked((inner) => inner.ecdh(use, peer)),
      rsaUnwrap: (use, wrapped) => asked((inner) => inner.rsaUnwrap(use, wrapped)),
      sign: (use, bytes) => asked((inner) => inner.sign(use, bytes)),
      seal: (use, plaintext, associated) => now.inner.seal(use, plaintext, associated),
      open: (use, sealed, associated) => now.inner.open(use, sealed, associated),
      mac: (use, bytes) => asked((inner) => inner.mac(use, bytes)),
      close: () => now.inner.close(),
    },
    exchange(next) {
      const before = now
      now = { inner: next, underWay: 0, isLeft: false }
      before.isLeft = true
      if (before.underWay === 0) before.inner.close()
    },
  }
}
