// Half of the time of a run would be spent on looking at the same few signatures again: what node:crypto said of one is kept.

import crypto, { type KeyObject } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const most = 10_000
const keys = new Map<string, KeyObject>()
const verdicts = new Map<string, boolean>()

/** From here on, in this process. */
export function keepVerdicts(): void {
  const createPublicKey = crypto.createPublicKey.bind(crypto)
  Reflect.set(crypto, 'createPublicKey', (input: Parameters<typeof createPublicKey>[0]) => {
    const text = JSON.stringify(input)
    const key = keys.get(text) ?? createPublicKey(input)
    keys.set(text, key)
    return key
  })

  const names = new WeakMap<KeyObject, string>()
  const nameOf = (key: KeyObject): string => {
    const name = names.get(key) ?? String(key.export({ format: 'jwk' }).x)
    names.set(key, name)
    return name
  }
  const verify = crypto.verify.bind(crypto)
  Reflect.set(
    crypto,
    'verify',
    (algorithm: string | null, message: Uint8Array, key: KeyObject, signature: Uint8Array) => {
      const parts = [message, signature, nameOf(key)]
      const text = parts.map((part) => Buffer.from(part).toString('latin1')).join('\n')
      const verdict = verdicts.get(text) ?? verify(algorithm, message, key, signature)
      if (verdicts.size > most) verdicts.clear()
      verdicts.set(text, verdict)
      return verdict
    },
  )
  syncBuiltinESMExports()
}
