// A file that is split between two enclaves, each served with a database, a keystore and a ledger of its own: both have to
// release, each decides for itself, and whoever holds everything of one of them has nothing.

import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClassificationTerms, Id } from '@sallyport/protocol'
import {
  ecWrapSalt,
  isPolicyBound,
  isRootSigned,
  joinShares,
  readTdf,
  type EcKeyAccess,
  type HmacSha256,
  type Manifest,
} from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { systemRandomness } from '../server/src/base/index.ts'
import { makeFileKeys } from '../server/src/keys/index.ts'
import { useSecret, type Secret } from '../server/src/keys/secret.ts'
import { makeSite, openBeside, serveHere, type Address, type Site } from './gate.ts'
import { until } from './running-gate.ts'

interface Served {
  readonly site: Site
  readonly address: Address & { close: () => Promise<void> }
}

let home: Served
let second: Served
let ada: Machine
const at = (name: string): string => join(ada.workingFolder, name)
const words = 'a nozzle, and how it is cooled\n'

beforeAll(async () => {
  second = await serve(9561)
  home = await serve(9571, [second.address.url])
  ada = createMachine()
  await signIn(ada, home, 'ada', 'default')
  await signIn(ada, second, 'ada', 'second')
  await writeFile(at('plan.txt'), words)
}, 120_000)
afterAll(async () => {
  for (const { address, site } of [home, second]) {
    await address.close()
    await site.stop()
  }
})

async function serve(firstPort: number, alsoWrapTo: readonly string[] = []): Promise<Served> {
  const site = await makeSite()
  const env = { SALLYPORT_FILES_ALSO_WRAP_TO: JSON.stringify(alsoWrapTo) }
  return { site, address: await serveHere(site, firstPort, env) }
}

async function signIn(machine: Machine, { address }: Served, as: string, profile: string): Promise<void> {
  const { url, caFile } = address
  const ran = await machine.run(['login', '--gate', url, '--ca', caFile, '--as', as, '--profile', profile])
  if (ran.exit !== 0) throw new Error(ran.err)
}

/** How often a file was released, by the ledger of one enclave. */
async function releases({ site }: Served, fileId: string): Promise<number> {
  const { enclave } = await openBeside(site)
  const entries = await enclave.ledger.search({ about: { kind: 'file', id: fileId }, limit: 100 })
  return entries.filter(({ kind, body }) => kind === 'decision.permit' && body['action'] === 'file.open').length
}

describe('a file that is split between two enclaves', () => {
  test('opens with the share of each, and each has the release on record', async () => {
    const made = await ada.run(['file', 'protect', 'plan.txt', '--vault', 'falcon', '--also', 'second', '--json'])
    expect(made).toMatchObject({ exit: 0, err: '' })
    expect(await ada.run(['file', 'fetch', 'plan.txt', '-o', 'plan.txt.tdf'])).toMatchObject({ exit: 0 })
    const id = (JSON.parse(made.out) as { files: { id: string }[] }).files[0]?.id ?? ''
    expect([await releases(home, id), await releases(second, id)]).toEqual([0, 0])
    expect(await ada.run(['file', 'open', 'plan.txt', '-o', 'back.txt'])).toMatchObject({ exit: 0, err: '' })
    expect(await readFile(at('back.txt'), 'utf8')).toBe(words)
    // Entries are durable at once, and found once they are in the tree.
    await until(async () => (await releases(home, id)) > 0 && (await releases(second, id)) > 0, 10_000)
    expect([await releases(home, id), await releases(second, id)]).toEqual([1, 1])
  }, 60_000)

  test('is nothing to whoever holds keystore, database and container of one of them', async () => {
    const manifest = await manifestOf(at('plan.txt.tdf'))
    const shares: Uint8Array[] = []
    for (const held of [home, second]) {
      const found = await sharesWithin(held, manifest)
      // Its own share and no other, which signs nothing and is not the key of any segment.
      expect(found).toHaveLength(1)
      const share = found[0] ?? new Uint8Array(32)
      expect(await isRootSigned(hmacSha256, share, manifest)).toBe(false)
      expect(opensFirstSegment(share, await readFile(at('plan.txt.tdf')))).toBe(false)
      shares.push(share)
    }
    const key = joinShares(shares)
    expect(await isRootSigned(hmacSha256, key, manifest)).toBe(true)
    expect(opensFirstSegment(key, await readFile(at('plan.txt.tdf')))).toBe(true)
  }, 60_000)

  test('does not open for whom the second refuses, though the first releases', async () => {
    const ben = createMachine()
    const tomas = createMachine()
    for (const [machine, name] of [
      [tomas, 'tomas'],
      [ben, 'ben'],
    ] as const) {
      await signIn(machine, home, name, 'default')
      await signIn(machine, second, name, 'second')
      await writeFile(join(machine.workingFolder, 'plan.txt.tdf'), await readFile(at('plan.txt.tdf')))
    }
    const open = (machine: Machine) => machine.run(['file', 'open', 'plan.txt.tdf', '-o', 'back.txt', '--force'])
    expect(await open(tomas)).toMatchObject({ exit: 0 })
    const officer = createMachine()
    await signIn(officer, second, 'grace', 'default')
    const ended = await officer.run(['person', 'end', 'Tomás Rivera', '--reason', 'left', '--left', '--yes'])
    expect(ended).toMatchObject({ exit: 0 })
    const refusedAtSecond = await machineRefused(open(tomas))
    expect(refusedAtSecond).toContain(`Refused: open plan.txt.tdf at ${second.address.url}`)
    expect(refusedAtSecond).toContain('status-ended')
    const refusedAtHome = await machineRefused(open(ben))
    expect(refusedAtHome).toContain(`Refused: open plan.txt.tdf at ${home.address.url}`)
    expect(refusedAtHome).toContain('need-to-know')
    expect(existsSync(join(ben.workingFolder, 'back.txt'))).toBe(false)
  }, 60_000)

  test('is not taken by a gate that does not list the other', async () => {
    await writeFile(at('other.txt'), words)
    const other = ['file', 'protect', 'other.txt', '--vault', 'falcon', '--profile', 'second', '--also', 'default']
    const { exit, out } = await ada.run(other)
    expect(exit).toBe(1)
    expect(out).toContain(`${second.address.url} takes no such files`)
  }, 60_000)

  test('is not sealed under a label that the second does not know, which it could never decide about', async () => {
    const officer = createMachine()
    await signIn(officer, home, 'grace', 'default')
    const shown = await officer.run(['classification', 'show', 'FAL-0042', '--json'])
    const { terms } = JSON.parse(shown.out) as { terms: ClassificationTerms }
    const lines = [...terms.lines, { usml: 'VIII(h)(1)', sme: false, mtcr: false, classified: false }]
    await writeFile(join(officer.workingFolder, 'more.json'), JSON.stringify({ ...terms, number: 'FAL-0043', lines }))
    const supersede = ['classification', 'supersede', 'FAL-0042', 'more.json', '--reason', 'board of March']
    expect(await officer.run(supersede)).toMatchObject({ exit: 0 })
    const label = ['label', 'define', 'item/viii-h-1', '--title', 'VIII(h)(1)', '--record', 'FAL-0043']
    expect(await officer.run(label)).toMatchObject({ exit: 0 })
    const labels = 'jurisdiction/itar,program/falcon,item/viii-h-1'
    expect(await officer.run(['vault', 'create', 'airframe', '--labels', labels])).toMatchObject({ exit: 0 })
    const { exit, err } = await ada.run(['file', 'protect', 'plan.txt', '--vault', 'airframe', '--also', 'second'])
    expect(exit).toBe(1)
    expect(err).toContain(`cannot split a file with ${second.address.url}: it does not know all of`)
  }, 60_000)

  test('opens nowhere any more once its home has deleted it', async () => {
    expect(await ada.run(['file', 'delete', 'plan.txt', '--reason', 'contract closed'])).toMatchObject({ exit: 0 })
    const officer = createMachine()
    await signIn(officer, home, 'grace', 'default')
    const { out } = await officer.run(['approval', 'list', '--json'])
    const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(out) ?? []
    expect(await officer.run(['approval', 'approve', id, '--yes'])).toMatchObject({ exit: 0 })
    const refused = await machineRefused(ada.run(['file', 'open', 'plan.txt.tdf', '-o', 'late.txt']))
    expect(refused).toContain(`at ${home.address.url}`)
    expect(refused).toContain('file-deleted')
    expect(await sharesWithin(home, await manifestOf(at('plan.txt.tdf')))).toEqual([])
  }, 60_000)
})

async function machineRefused(run: Promise<{ exit: number; err: string }>): Promise<string> {
  const { exit, err } = await run
  expect(exit).toBe(3)
  return err
}

const hmacSha256: HmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest()

async function manifestOf(path: string): Promise<Manifest> {
  const bytes = new Uint8Array(await readFile(path))
  return (await readTdf({ size: bytes.length, read: async (offset, n) => bytes.slice(offset, offset + n) })).manifest
}

/** Every share that all keys of an enclave, its own and those of its files, can open. */
async function sharesWithin({ site }: Served, manifest: Manifest): Promise<readonly Uint8Array[]> {
  const { enclave } = await openBeside(site)
  const fileKeys = makeFileKeys(enclave.provider, systemRandomness)
  const own = enclave.provider.list().filter(({ door, algorithm }) => door === 'kas' && algorithm === 'ec:secp256r1')
  const rows = await site.database.query('SELECT file_id, sealed FROM file_key WHERE sealed IS NOT NULL')
  const agree: ((peer: string) => Promise<Secret>)[] = [
    ...own.map(
      ({ kid }) =>
        (peer: string) =>
          enclave.provider.ecdh({ kid, door: 'kas' }, peer),
    ),
    ...rows.map(
      ({ file_id: id, sealed }) =>
        async (peer: string) =>
          fileKeys.ecdh(sealed as Uint8Array, id as Id<'file'>, peer),
    ),
  ]
  expect(agree.length).toBeGreaterThan(0)
  const found: Uint8Array[] = []
  for (const access of manifest.keyAccess) {
    if (access.type !== 'ec-wrapped') continue
    for (const one of agree) {
      const share = useSecret(await one(access.ephemeralPublicKey), (secret) => opened(secret, access))
      if (share === null) continue
      expect(await isPolicyBound(hmacSha256, share, manifest.policy, access.binding)).toBe(true)
      found.push(share)
    }
  }
  return found
}

function opened(secret: Uint8Array, { wrappedKey }: EcKeyAccess): Uint8Array | null {
  const key = new Uint8Array(hkdfSync('sha256', secret, ecWrapSalt, new Uint8Array(0), 32))
  return decipher(key, wrappedKey)
}

function opensFirstSegment(key: Uint8Array, container: Buffer): boolean {
  const start = container.indexOf('0.payload') + '0.payload'.length + container.readUInt16LE(28)
  const sealed = container.subarray(start, start + words.length + 28)
  return decipher(key, sealed)?.length === words.length
}

function decipher(key: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  cipher.setAuthTag(sealed.subarray(sealed.length - 16))
  try {
    return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]))
  } catch {
    return null
  }
}
