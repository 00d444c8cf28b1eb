// I6: the server never handles content in the clear. It cannot depend on the package that opens content, nothing in it
// deciphers but the key share and its own sealed fields, and what is not sealed is not stored.

import { globSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toBase64, utf8, type Id } from '@sallyport/protocol'
import { parseSync } from 'oxc-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealContainer, wrapShare } from '../../server/src/files/testing.ts'
import { reserveFile, storeFile } from '../../server/src/files/index.ts'
import { requestFor, sampleEnclave, type SampleEnclave } from '../../server/src/main/testing.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const shipped = globSync('server/src/**/*.ts', { cwd: root }).filter(
  (path) => !/\.test\.ts$|(^|\/)testing\.ts$|\/testing\//.test(path),
)

/** Who may decipher, and what. */
const decipherers = {
  'server/src/keys/release.ts': 'the key share of a permitted release',
  'server/src/keys/keystore-file.ts': 'the keystore',
  'server/src/keys/software-keystore.ts': 'the key share of a permitted release',
  'server/src/keys/field-cipher.ts': 'fields',
  'server/src/keys/pkcs11-calls.ts': 'by a token: the key share of a permitted release, and the key of fields',
  'server/src/keys/page-cursors.ts': 'where the next page of a list begins, which the gate itself sealed',
  'server/src/backup/segments.ts': 'backups, which hold the tables and sealed containers as they are',
  'server/src/base/self-signed.ts': 'nothing; it makes certificates with WebCrypto',
  'server/src/roster/vault.ts': 'fields of the roster and of entries',
}

describe('the server (I6)', () => {
  test('depends on nothing of the client, in its sources and in its package', () => {
    const described = JSON.parse(readFileSync(join(root, 'server/package.json'), 'utf8')) as Record<string, object>
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
      expect(Object.keys(described[kind] ?? {})).not.toContain('@sallyport/client')
    }
    expect(shipped.length).toBeGreaterThan(100)
    const wrong = shipped.filter((path) =>
      importsOf(path).some(({ from }) => /@sallyport\/client|\/client\//.test(from)),
    )
    expect(wrong).toEqual([])
  })

  test('deciphers nothing but key shares and fields of its own', () => {
    const wrong = shipped.filter(
      (path) =>
        !(path in decipherers) &&
        importsOf(path).some(({ from, names }) => isCryptography(from) && names.some((name) => deciphers.test(name))),
    )
    expect(wrong).toEqual([])
    for (const path of Object.keys(decipherers)) expect(shipped).toContain(path)
    const byToken = shipped.filter(
      (path) => !(path in decipherers) && /\bC_(Decrypt|UnwrapKey|DeriveKey)/.test(read(path)),
    )
    expect(byToken).toEqual([])
    const whole = shipped.filter((path) => /\bsubtle\.decrypt\b|\bgetBuiltinModule\b/.test(read(path)))
    expect(whole).toEqual([])
  })
})

const deciphers = /^(createDecipheriv|privateDecrypt|\*|default|webcrypto)$/

function isCryptography(from: string): boolean {
  return /^(node:)?crypto$/.test(from)
}

function importsOf(path: string): readonly { readonly from: string; readonly names: readonly string[] }[] {
  const { staticImports, dynamicImports } = parseSync(path, read(path)).module
  return [
    ...staticImports.map((one) => ({
      from: one.moduleRequest.value,
      names: one.entries.map((entry) => entry.importName.name ?? '*'),
    })),
    ...dynamicImports.map((one) => ({
      from: read(path).slice(one.moduleRequest.start + 1, one.moduleRequest.end - 1),
      names: ['*'],
    })),
  ]
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

describe('storeFile() (I6)', () => {
  let sample: SampleEnclave
  beforeAll(async () => {
    sample = await sampleEnclave()
  })
  afterAll(() => sample.stop())

  async function permit() {
    const vaultId = sample.vaultId('falcon')
    const decision = await sample.decide(requestFor('ada', 'file.protect', { kind: 'vault', id: vaultId }))
    if (decision.effect === 'deny') throw new Error('ada may not protect')
    return decision.permit
  }

  async function reserve(name: string) {
    const { file, key } = await reserveFile(sample.enclave.files, await permit(), {
      vaultId: sample.vaultId('falcon'),
      name,
    })
    if (key === null) throw new Error('the file got no key of its own')
    return { id: file.id, labels: file.labels.map((label) => label.fqn), key }
  }

  async function store(id: Id<'file'>, bytes: Uint8Array): Promise<string> {
    const content = (async function* () {
      yield bytes
    })()
    return await storeFile(sample.enclave.files, await permit(), id, content).then(
      ({ file }) => file.state,
      (problem: { code?: string }) => String(problem.code),
    )
  }

  const objects = () => readdir(join(sample.folder, 'objects'))
  const secret = utf8('ISO-10303-21; nozzle throat radius 41.27 mm')

  async function sealed({ id, labels, key }: Awaited<ReturnType<typeof reserve>>): Promise<Uint8Array> {
    const [enclaveKey] = await sample.enclave.files.wrappingKeys()
    if (enclaveKey === undefined) throw new Error('the sample has no key to wrap to')
    return sealContainer({
      fileId: id,
      labels,
      content: secret,
      keyAccess: (share, policy) => [wrapShare({ ...enclaveKey, ...key }, share, policy)],
    })
  }

  test('refuses plaintext, whatever it pretends to be, and keeps nothing of it', async () => {
    const file = await reserve('plain.step')
    const container = await sealed(file)
    const pretended = [
      secret,
      new Uint8Array(),
      utf8(`PK\u0003\u0004${'0.payload'.repeat(20)}`),
      container.subarray(0, container.length - 1),
      new Uint8Array([...secret, ...container]),
    ]
    for (const bytes of pretended) expect(await store(file.id, bytes)).toBe('invalid-file')
    expect(await objects()).toEqual([])
  })

  test('stores what is sealed as it came, with nothing of the content readable in it', async () => {
    const file = await reserve('sealed.step')
    const container = await sealed(file)
    expect(await store(file.id, container)).toBe('stored')
    const [name = ''] = await objects()
    const kept = readFileSync(join(sample.folder, 'objects', name))
    expect(kept.equals(container)).toBe(true)
    expect(kept.includes(Buffer.from(secret))).toBe(false)
    const entries = await sample.database.query(
      'SELECT bytes FROM ledger_pending UNION ALL SELECT bytes FROM ledger_entries',
    )
    for (const { bytes } of entries) {
      expect(Buffer.from(bytes as Uint8Array).includes(Buffer.from(secret))).toBe(false)
      expect(Buffer.from(bytes as Uint8Array).includes(toBase64(secret))).toBe(false)
    }
  })
})
