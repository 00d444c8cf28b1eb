// A profile: what this machine keeps of one person at one gate. It holds a private key and a token, so its file is for its
// owner alone.

import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import * as z from 'zod'
import type { Credential } from '../gate/index.ts'

const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/

const part = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

const jwk = z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: part, y: part, d: part })
const token = z.strictObject({
  accessToken: z.string(),
  scheme: z.enum(['DPoP', 'Bearer']),
  expiresAtMs: z.number().int(),
})

const shape = z.strictObject({
  version: z.literal(1),
  gate: z.strictObject({
    url: z.string(),
    ca: z.string().nullable(),
    name: z.string(),
    kind: z.enum(['sample', 'real']),
  }),
  /** What the ledger signs with, as the gate said at first contact. */
  pinned: z.strictObject({ origin: z.string(), keys: z.array(z.string()).min(1), receiptKey: z.string() }),
  /** Null while nobody is signed in. `key` is the private P-256 key that proves possession of the token. */
  session: z.strictObject({ key: jwk, token }).nullable(),
})
export type Profile = z.infer<typeof shape>
export type Pinned = Profile['pinned']
export type PrivateJwk = z.infer<typeof jwk>
export type Token = z.infer<typeof token>

/** Find the folder of the profiles: SALLYPORT_HOME, else sallyport under XDG_CONFIG_HOME, else under ~/.config. */
export function profileFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const { SALLYPORT_HOME: own, XDG_CONFIG_HOME: config } = env
  return own || join(config || join(home, '.config'), 'sallyport')
}

/** Read a profile; null when there is none. Throws Problem when it is damaged or when others can read it. */
export async function readProfile(folder: string, name: string): Promise<Profile | null> {
  const path = pathOf(folder, name)
  let text: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8)
      throw new Problem(
        'invalid-request',
        `cannot use profile ${name}: others can read ${path} (mode ${shown}), want mode 600`,
      )
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    throw new Problem(
      'invalid-request',
      `cannot use profile ${name}: ${path} is damaged, want a new \`sallyport login\``,
      {
        cause,
      },
    )
  }
}

/** Write a profile whole or not at all: folder 0700, file 0600. */
export async function writeProfile(folder: string, name: string, profile: Profile): Promise<void> {
  const path = pathOf(folder, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, path)
}

/** Name the profiles that there are, by name. */
export async function profileNames(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => [])
  const names = files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []))
  return names.filter((name) => namePattern.test(name)).sort()
}

export async function removeProfile(folder: string, name: string): Promise<void> {
  await rm(pathOf(folder, name), { force: true })
}

/** Make the key that a new session's token is bound to. */
export function newPrivateJwk(): PrivateJwk {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return jwk.parse(privateKey.export({ format: 'jwk' }))
}

/** Make of a profile what signs requests; null while nobody is signed in. */
export function credentialOf({ session }: Profile): Credential | null {
  return session && { key: createPrivateKey({ key: session.key, format: 'jwk' }), ...session.token }
}

function pathOf(folder: string, name: string): string {
  if (!namePattern.test(name)) {
    throw new Problem(
      'invalid-request',
      `cannot use profile ${name}: bad name, want lower case letters, digits, dots and hyphens`,
    )
  }
  return join(folder, `${name}.json`)
}
