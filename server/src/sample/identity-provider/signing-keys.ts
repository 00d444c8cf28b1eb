// The keys that sign the sample's tokens: made at start, kept in a file where one is named, so that tokens outlive a restart.

import { createHmac } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { z } from 'zod'

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.literal('EC'), d: z.string(), kid: z.string() })).min(1),
})

/** Read the private key set from `file`, or make one and write it there, for its owner alone. Without a file: in memory. */
export async function signingKeys(file: string | undefined): Promise<JSONWebKeySet> {
  if (file === undefined) return makeKeys()
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  })
  if (text !== null) return parseKeys(text)
  const made = await makeKeys()
  const handle = await open(file, 'wx', 0o600)
  await handle.writeFile(JSON.stringify(made))
  await handle.sync()
  await handle.close()
  return made
}

/** A secret of 32 bytes for a purpose, the same in every process that has the keys. */
export function secretFor(purpose: string, { keys }: JSONWebKeySet): Uint8Array {
  return new Uint8Array(createHmac('sha256', JSON.stringify(keys[0]?.['d'])).update(purpose).digest())
}

/** The public half, as the issuer publishes it. */
export function publicKeys(keys: JSONWebKeySet): JSONWebKeySet {
  const members = ['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use'] as const
  return { keys: keys.keys.map((key) => Object.fromEntries(members.map((name) => [name, key[name]]))) }
}

async function makeKeys(): Promise<JSONWebKeySet> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { keys: [{ ...jwk, kid: `sample-${jwk.x?.slice(0, 8) ?? ''}`, alg: 'ES256', use: 'sig' }] }
}

function parseKeys(text: string): JSONWebKeySet {
  try {
    return keySet.parse(JSON.parse(text))
  } catch (cause) {
    throw new Problem('unavailable', 'cannot read sample signing keys: the file is not a key set, want one or none', {
      cause,
    })
  }
}
