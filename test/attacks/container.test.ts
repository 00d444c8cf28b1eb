// Sealed files that somebody altered, over the real way: uploaded to the gate, and opened by the command line with the gate's
// key release behind it. Whatever is refused leaves no plaintext, and what reached the gate is on record.

import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { dataDescriptor, directory, localHeader, readTdf } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../../client/src/testing/command.ts'
import { gateClient, makeSite, openBeside, serveHere, type Address, type GateClient, type Site } from '../gate.ts'
import { callGate } from '../running-gate.ts'

let site: Site
let served: Address & { close: () => Promise<void> }
let client: GateClient
let machine: Machine
let files: readonly [SealedFile, SealedFile, SealedFile]

interface SealedFile {
  readonly id: string
  readonly content: Buffer
  readonly sealed: Buffer
}

const mebibyte = 1024 * 1024

beforeAll(async () => {
  site = await makeSite()
  served = await serveHere(site, 9845)
  client = await gateClient(served)
  machine = createMachine()
  const signedIn = await machine.run(['login', '--gate', served.url, '--ca', served.caFile, '--as', 'ada'])
  if (signedIn.exit !== 0) throw new Error(signedIn.err)
  // Two of one program and size, one of another program.
  files = [await protect('one.bin', 'Falcon'), await protect('two.bin', 'Falcon'), await protect('three.bin', 'Heron')]
}, 60_000)
afterAll(async () => {
  client.close()
  await served.close()
  await site.stop()
})

async function protect(name: string, program: string): Promise<SealedFile> {
  const content = randomBytes(3 * mebibyte + 17)
  await writeFile(join(machine.workingFolder, name), content)
  const { vaults } = JSON.parse((await machine.run(['vault', 'list', '--json'])).out) as {
    vaults: { id: string; name: string }[]
  }
  const vault = vaults.find((one) => one.name.toLowerCase().includes(program.toLowerCase()))?.id ?? program
  const ran = await machine.run(['file', 'protect', name, '--vault', vault, '--json'])
  if (ran.exit !== 0) throw new Error(ran.err)
  const [row] = (JSON.parse(ran.out) as { files: { id: string }[] }).files
  const [stored] = await site.database.query('SELECT object_key FROM protected_file WHERE id = $1', [row?.id])
  const sealed = await readFile(join(site.folder, 'objects', String(stored?.['object_key'])))
  return { id: String(row?.id), content, sealed }
}

// ---- Taking containers apart and putting them together, with every checksum right

interface Manifest {
  encryptionInformation: {
    policy: string
    keyAccess: {
      kid: string
      wrappedKey: string
      policyBinding: { alg: string; hash: string }
      ephemeralPublicKey: string
    }[]
    integrityInformation: { rootSignature: { alg: string; sig: string }; segments: { hash: string }[] }
  }
}

async function apart(sealed: Buffer): Promise<{ payload: Buffer; manifest: Manifest }> {
  // Throws for what is no container.
  await readTdf({
    size: sealed.length,
    read: (offset, length) => Promise.resolve(sealed.subarray(offset, offset + length)),
  })
  const head = localHeader('0.payload').length
  const manifestAt = sealed.indexOf(localHeader('0.manifest.json'))
  const text = sealed.subarray(manifestAt + localHeader('0.manifest.json').length)
  const end = text.indexOf(Buffer.from([0x50, 0x4b, 0x07, 0x08]))
  const manifest = JSON.parse(text.subarray(0, end).toString('utf8')) as Manifest
  return { payload: sealed.subarray(head, manifestAt - 24), manifest }
}

function together(payload: Uint8Array, manifest: Manifest): Buffer {
  const parts: Uint8Array[] = []
  const length = () => parts.reduce((sum, part) => sum + part.length, 0)
  const entries = [
    { name: '0.payload', data: payload },
    { name: '0.manifest.json', data: Buffer.from(JSON.stringify(manifest)) },
  ].map(({ name, data }) => {
    const entry = { name, headerOffset: length(), size: data.length, crc32: crc32(data) }
    parts.push(localHeader(name), data, dataDescriptor(entry))
    return entry
  })
  parts.push(directory(entries, length()))
  return Buffer.concat(parts)
}

const sealedSegment = mebibyte + 28

type Forge = () => Promise<Buffer>

async function changed(
  change: (manifest: Manifest, payload: Buffer, other: Awaited<ReturnType<typeof apart>>) => Buffer | void,
) {
  const own = await apart(files[0].sealed)
  const payload = Buffer.from(own.payload)
  const altered = change(own.manifest, payload, await apart(files[1].sealed))
  return together(altered ?? payload, own.manifest)
}

const key = (manifest: Manifest) => {
  const [first] = manifest.encryptionInformation.keyAccess
  if (first === undefined) throw new Error('the file has no key access object')
  return first
}

const refused: Readonly<Record<string, { forge: Forge; says: RegExp; records: string[] }>> = {
  'cut off in the payload': {
    forge: async () => files[0].sealed.subarray(0, 2 * mebibyte),
    says: /cannot (open|read)/,
    records: [],
  },
  'cut off by one byte': {
    forge: async () => files[0].sealed.subarray(0, -1),
    says: /cannot (open|read)/,
    records: [],
  },
  'one segment short, with every size made to fit': {
    forge: () =>
      changed((manifest, payload) => {
        manifest.encryptionInformation.integrityInformation.segments.splice(1, 1)
        return Buffer.concat([payload.subarray(0, sealedSegment), payload.subarray(2 * sealedSegment)])
      }),
    says: /root|altered|signature/,
    records: ['decision.permit'],
  },
  'two of its own segments exchanged, with their hashes': {
    forge: () =>
      changed((manifest, payload) => {
        const { segments } = manifest.encryptionInformation.integrityInformation
        segments.unshift(...segments.splice(1, 1))
        const [a, b] = [payload.subarray(0, sealedSegment), payload.subarray(sealedSegment, 2 * sealedSegment)]
        return Buffer.concat([b, a, payload.subarray(2 * sealedSegment)])
      }),
    says: /root|altered|signature/,
    records: ['decision.permit'],
  },
  'a segment of another file in place of its own, with its hash': {
    forge: () =>
      changed((manifest, payload, other) => {
        const { segments } = manifest.encryptionInformation.integrityInformation
        const [theirs] = other.manifest.encryptionInformation.integrityInformation.segments
        if (theirs !== undefined) segments[0] = theirs
        return Buffer.concat([other.payload.subarray(0, sealedSegment), payload.subarray(sealedSegment)])
      }),
    says: /root|altered|signature/,
    records: ['decision.permit'],
  },
  'a segment of another file under its own hash': {
    forge: () =>
      changed((_, payload, other) =>
        Buffer.concat([other.payload.subarray(0, sealedSegment), payload.subarray(sealedSegment)]),
      ),
    says: /segment/,
    records: ['decision.permit'],
  },
  'the manifest of another file': {
    forge: async () => together((await apart(files[0].sealed)).payload, (await apart(files[1].sealed)).manifest),
    says: /segment/,
    records: ['decision.permit'],
  },
  'the policy of another file': {
    forge: () =>
      changed((manifest, _, other) => {
        manifest.encryptionInformation.policy = other.manifest.encryptionInformation.policy
      }),
    says: /altered|key|binding|bound/,
    records: ['decision.permit', 'release.failed'],
  },
  'the policy and the binding of another file': {
    forge: () =>
      changed((manifest, _, other) => {
        manifest.encryptionInformation.policy = other.manifest.encryptionInformation.policy
        key(manifest).policyBinding = key(other.manifest).policyBinding
      }),
    says: /altered|key|binding|bound/,
    records: ['decision.permit', 'release.failed'],
  },
  'the binding of another file': {
    forge: () =>
      changed((manifest, _, other) => {
        key(manifest).policyBinding = key(other.manifest).policyBinding
      }),
    says: /altered|key|binding|bound/,
    records: ['decision.permit', 'release.failed'],
  },
  'the wrapped key of another file': {
    forge: () =>
      changed((manifest, _, other) => {
        key(manifest).wrappedKey = key(other.manifest).wrappedKey
        key(manifest).ephemeralPublicKey = key(other.manifest).ephemeralPublicKey
      }),
    says: /altered|key|binding|bound/,
    records: ['decision.permit', 'release.failed'],
  },
  'the key id of another door': {
    forge: async () => {
      const keys = await otherKids()
      return changed((manifest) => {
        key(manifest).kid = keys[0] ?? ''
      })
    },
    says: /key/,
    records: ['decision.permit', 'release.failed'],
  },
  'a root that is a copy of the last segment hash': {
    forge: () =>
      changed((manifest) => {
        const { integrityInformation: integrity } = manifest.encryptionInformation
        integrity.rootSignature = { alg: 'GMAC', sig: integrity.segments.at(-1)?.hash ?? '' }
      }),
    says: /cannot (open|read)/,
    records: [],
  },
}

/** Ids of keys that this gate holds for other doors, as its keystore lists them. */
async function otherKids(): Promise<string[]> {
  const { enclave } = await openBeside(site)
  return enclave.provider
    .list()
    .filter(({ door }) => door !== 'kas')
    .map(({ kid }) => kid)
}

const kinds = async () =>
  (
    await site.database.query(
      `SELECT id, kind FROM (SELECT id, kind FROM ledger_entries UNION SELECT id, kind FROM ledger_pending) e ORDER BY id`,
    )
  ).map((row) => String(row['kind']))

describe('file open', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(machine.workingFolder, randomBytes(4).toString('hex'))
    await mkdir(folder)
  })

  test('opens what was stored', async () => {
    const source = join(folder, 'whole.tdf')
    await writeFile(source, files[0].sealed)
    const ran = await machine.run(['file', 'open', source, '--out', join(folder, 'out.bin')])
    expect(ran).toMatchObject({ exit: 0 })
    expect((await readFile(join(folder, 'out.bin'))).equals(files[0].content)).toBe(true)
    const own = await apart(files[0].sealed)
    expect(together(own.payload, own.manifest).length).toBeGreaterThan(3 * mebibyte)
  })

  test.each(Object.entries(refused))(
    'refuses a file with %s, and leaves no plaintext',
    async (_, { forge, says, records }) => {
      const source = join(folder, 'forged.tdf')
      await writeFile(source, await forge())
      const before = (await kinds()).length
      const ran = await machine.run(['file', 'open', source, '--out', join(folder, 'out.bin')])
      expect(ran.exit).not.toBe(0)
      expect(ran.err).toMatch(says)
      expect(await readdir(folder)).toEqual(['forged.tdf'])
      expect((await kinds()).slice(before).sort()).toEqual(records)
    },
  )

  test('refuses a file of another program under the policy of one that the person may open', async () => {
    const tomas = createMachine()
    await tomas.run(['login', '--gate', served.url, '--ca', served.caFile, '--as', 'tomas'])
    const [heron, falcon] = [await apart(files[2].sealed), await apart(files[0].sealed)]
    for (const [name, change] of [
      ['as it is', () => {}],
      ['policy', () => (heron.manifest.encryptionInformation.policy = falcon.manifest.encryptionInformation.policy)],
      ['binding', () => (key(heron.manifest).policyBinding = key(falcon.manifest).policyBinding)],
    ] as const) {
      change()
      const source = join(folder, `${name}.tdf`)
      await writeFile(source, together(heron.payload, heron.manifest))
      const ran = await tomas.run(['file', 'open', source, '--out', join(folder, 'out.bin')])
      expect(ran.exit).not.toBe(0)
      expect(await readdir(folder)).not.toContain('out.bin')
    }
  })
})

describe('upload', () => {
  async function reserve(name: string): Promise<{ id: string; token: string }> {
    const token = await client.token('ada')
    const { vaults } = JSON.parse((await client.call('GET', '/api/v1/vaults', { token })).text) as {
      vaults: { id: string; name: string }[]
    }
    const vaultId = vaults.find((one) => one.name.toLowerCase().includes('falcon'))?.id
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ vaultId, name })
    const reply = await client.call('POST', '/api/v1/files', { token, headers, body })
    return { id: (JSON.parse(reply.text) as { file: { id: string } }).file.id, token }
  }

  async function upload(id: string, token: string, body: Uint8Array) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }
    const address = { port: served.listenPort, caFile: served.caFile }
    return await callGate(address, { method: 'PUT', path: `/api/v1/files/${id}/content`, headers, body })
  }

  test.each([
    ['another file, whole', async () => files[0].sealed],
    ['a file that is cut off', async () => files[0].sealed.subarray(0, mebibyte)],
    ['nothing', async () => Buffer.alloc(0)],
    ['a file with its own policy twice', async () => Buffer.concat([files[0].sealed, files[0].sealed])],
  ])('refuses %s for a reservation, and keeps nothing of it', async (name, make) => {
    const { id, token } = await reserve(`${name}.bin`)
    const before = await readdir(join(site.folder, 'objects'))
    const reply = await upload(id, token, await make())
    expect(reply.status).toBe(422)
    expect(reply.text).toContain('urn:sallyport:problem:invalid-file')
    expect(await readdir(join(site.folder, 'objects'))).toEqual(before)
    const now = await client.call('GET', `/api/v1/files/${id}`, { token })
    expect(JSON.parse(now.text)).toMatchObject({ state: 'reserved' })
  })

  test('refuses a second upload of a stored file, and one by somebody else', async () => {
    const token = await client.token('ada')
    expect((await upload(files[0].id, token, files[0].sealed)).status).toBe(409)
    const { id } = await reserve('mine.bin')
    expect((await upload(id, await client.token('tomas'), files[0].sealed)).status).toBe(403)
    expect((await upload(id, await client.token('ben'), files[0].sealed)).status).toBe(403)
  })

  test('what the object store exchanged behind the gate does not open as another file', async () => {
    const keys = await Promise.all(
      [files[0], files[1]].map(async ({ id }) => {
        const [row] = await site.database.query('SELECT object_key FROM protected_file WHERE id = $1', [id])
        return join(site.folder, 'objects', String(row?.['object_key']))
      }),
    )
    const [one = '', two = ''] = keys
    await copyFile(one, `${one}.kept`)
    await copyFile(two, one)
    const out = join(machine.workingFolder, 'exchanged.bin')
    const both = [
      await machine.run(['file', 'open', files[0].id, '--out', out]),
      await machine.run(['file', 'fetch', files[0].id, '--out', out]),
    ]
    await copyFile(`${one}.kept`, one)
    for (const ran of both) {
      expect(ran.exit).toBe(1)
      expect(ran.err).toContain('not what was stored')
    }
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
