import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseId, parseLabel } from '@sallyport/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { sampleIds } from '../testing/records.ts'
import { problem } from '../testing/replies.ts'
import { createReleaseKey, sealFile } from '../tdf/index.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
})
beforeEach(async () => {
  machine = await signedInMachine(gate)
})
afterEach(() => {
  gate.refused.clear()
  gate.hasConditions = false
  gate.once.clear()
  gate.files.clear()
})
afterAll(() => gate.close())

const at = (...parts: string[]): string => join(machine.workingFolder, ...parts)
const protect = (...paths: string[]) => machine.run(['file', 'protect', ...paths, '--vault', 'falcon'])
const onlyFile = () => [...gate.files.values()][0]?.view

describe('sallyport file protect', () => {
  test('seals here, stores ciphertext, and file open brings the content back', async () => {
    await writeFile(at('nozzle.stp'), 'controlled words')
    expect(await protect('nozzle.stp')).toMatchObject({ exit: 0, err: '' })
    const [stored] = gate.files.values()
    expect(Buffer.from(stored?.content ?? []).includes('controlled words')).toBe(false)
    const { exit, out, err } = await machine.run(['file', 'open', 'nozzle.stp', '-o', 'back.stp'])
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toBe(`Opened nozzle.stp to ${at('back.stp')} (16 B).\n`)
    expect(await readFile(at('back.stp'), 'utf8')).toBe('controlled words')
    expect((await machine.run(['file', 'open', onlyFile()?.id ?? '', '-o', 'again.stp'])).exit).toBe(0)
    expect(await readdir(machine.temporaryFolder)).toEqual([])
  })

  test('opens nothing on the word of a gate whose receipt the pinned key did not sign', async () => {
    await writeFile(at('nozzle.stp'), 'controlled words')
    await protect('nozzle.stp')
    gate.isReceiptFalse = true
    const { exit, err } = await machine.run(['file', 'open', 'nozzle.stp', '-o', 'unsigned.stp'])
    gate.isReceiptFalse = false
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining('did not sign for it') as string })
    await expect(readFile(at('unsigned.stp'))).rejects.toThrow('ENOENT')
  })

  test('takes whole folders by their relative names, and follows no links', async () => {
    await mkdir(at('drawings', 'a', 'b'), { recursive: true })
    await writeFile(at('drawings', 'one.txt'), '1')
    await writeFile(at('drawings', 'a', 'b', 'two.txt'), '2')
    await symlink('/etc/passwd', at('drawings', 'link'))
    const { exit, out } = await protect('drawings')
    expect(exit).toBe(1)
    expect(out).toMatch(/drawings\/link +failed/)
    expect([...gate.files.values()].map(({ view }) => view.name)).toEqual(['drawings/a/b/two.txt', 'drawings/one.txt'])
    gate.files.clear()
    await protect('drawings/.')
    expect([...gate.files.values()].map(({ view }) => view.name)).toEqual(['a/b/two.txt', 'one.txt'])
  })

  test('goes on past one that fails, and ends with 1 and a table', async () => {
    await writeFile(at('a.txt'), 'a')
    await writeFile(at('z.txt'), 'z')
    gate.once.set('/content', problem(413, 'too-large', { detail: 'cannot store file: too large' }))
    const { exit, out } = await protect('a.txt', 'gone.txt', 'z.txt')
    expect(exit).toBe(1)
    expect(out).toMatch(/a\.txt +failed .*cannot store file: too large/)
    expect(out).toMatch(/gone\.txt +failed/)
    expect(out).toMatch(/z\.txt +protected/)
  })

  test('ends with 3 and the reasons when it is refused', async () => {
    await writeFile(at('a.txt'), 'a')
    await writeFile(at('b.txt'), 'b')
    gate.refused.add('/files')
    const { exit, out, err } = await protect('a.txt', 'b.txt')
    expect(exit).toBe(3)
    expect(out).toMatch(/a\.txt +refused +No authorization in force/)
    expect(err.match(/Refused: protect/g)).toHaveLength(1)
    expect(err).toContain('Whom to ask: an export control officer')
    const json = await machine.run(['file', 'protect', 'a.txt', '--vault', 'falcon', '--json'])
    expect(json.exit).toBe(3)
    expect(JSON.parse(json.out)).toMatchObject({
      files: [{ state: 'refused', decisionId: sampleIds.decision, reasons: [{ code: 'no-coverage' }] }],
    })
  })

  test('does not believe a gate that stored other octets', async () => {
    await writeFile(at('a.txt'), 'a')
    gate.once.set('/content', {
      status: 200,
      body: JSON.stringify({
        file: {
          id: sampleIds.entry,
          vaultId: sampleIds.vault,
          name: 'a.txt',
          state: 'stored',
          labels: [],
          addedLabels: [],
          sealedBytes: 1,
          sha256: '00',
          protectedBy: sampleIds.ada,
          protectedAt: '2026-11-24T09:00:00.000Z',
        },
        receipt: { entryId: sampleIds.entry },
      }),
    })
    const { exit, out } = await protect('a.txt')
    expect(exit).toBe(1)
    expect(out).toContain('stored other octets than were sent')
  })

  test('does not call a file protected whose receipt is not true', async () => {
    await writeFile(at('a.txt'), 'a')
    gate.isReceiptFalse = true
    const { exit, out } = await protect('a.txt')
    gate.isReceiptFalse = false
    expect(exit).toBe(1)
    expect(out).toMatch(/a\.txt +failed .*did not sign for it/)
  })

  test('still tells what was done when the session ends on the way', async () => {
    await writeFile(at('a.txt'), 'a')
    await writeFile(at('b.txt'), 'b')
    let calls = 0
    const now = () => Date.now() + (calls++ < 4 ? 0 : 3_600_000)
    const { exit, out } = await machine.run(['file', 'protect', 'a.txt', 'b.txt', '--vault', 'falcon'], { now })
    expect(exit).toBe(1)
    expect(out).toMatch(/a\.txt +protected/)
    expect(out).toMatch(/b\.txt +failed .*want a new `sallyport login`/)
  })

  test('of an empty folder says that there is nothing to protect, and of a file that it stays', async () => {
    await mkdir(at('empty', 'sub'), { recursive: true })
    const { exit, out, err } = await protect('empty')
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain('there is nothing to protect in empty')
    await writeFile(at('a.txt'), 'a')
    expect((await protect('a.txt')).out).toMatch(/\nThe originals stay where they are\.\n$/)
    expect((await protect('gone.txt')).out).not.toContain('originals')
  })

  test('refuses names that no vault takes before anything is reserved', async () => {
    await writeFile(at('a\u202eb.txt'), 'x')
    expect(await protect('a\u202eb.txt')).toMatchObject({ exit: 1 })
    expect(gate.files.size).toBe(0)
  })
})

describe('sallyport file open', () => {
  async function protectedAs(name: string): Promise<string> {
    await writeFile(at('x.txt'), 'content')
    await protect('x.txt')
    const view = onlyFile()
    if (view === undefined) throw new Error('nothing was protected')
    Object.assign(view, { name })
    return view.id
  }

  test.each([
    ['../../escape.txt', 'escape.txt'],
    ['/etc/cron.d/job', 'job'],
    ['..', 'file'],
    ['C:\\Windows\\evil.dll', 'evil.dll'],
    ['NUL', '_NUL'],
    ['a\u001b[2Jb\u202e.txt', 'a_[2Jb_.txt'],
    ['deep/inside/plan.pdf', 'plan.pdf'],
  ])('writes a file that is named %j as %j in the folder that was chosen', async (name, local) => {
    const id = await protectedAs(name)
    await mkdir(at('out'))
    const before = await readdir(machine.workingFolder)
    const { exit, out, err } = await machine.run(['file', 'open', id, '-o', 'out'])
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(await readdir(at('out'))).toEqual([local])
    expect(await readdir(machine.workingFolder)).toEqual(before)
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  test.each(['opened/', './new/sub/'])('makes the folder of -o %s', async (out) => {
    const id = await protectedAs('deep/plan.pdf')
    expect(await machine.run(['file', 'open', id, '-o', out])).toMatchObject({ exit: 0, err: '' })
    expect(await readFile(at(out, 'plan.pdf'), 'utf8')).toBe('content')
    expect(await machine.run(['file', 'fetch', id, '-o', out])).toMatchObject({ exit: 0, err: '' })
    expect(await readdir(at(out))).toEqual(['plan.pdf', 'plan.pdf.tdf'])
  })

  test('makes no folder when it is refused, nor for a path that does not end in /', async () => {
    const id = await protectedAs('plan.pdf')
    const { exit, err } = await machine.run(['file', 'open', id, '-o', 'gone/plan.pdf'])
    expect(exit).toBe(1)
    expect(err).toContain(`cannot write ${at('gone', 'plan.pdf')}: there is no folder ${at('gone')}, want one`)
    gate.refused.add('/Rewrap')
    expect(await machine.run(['file', 'open', id, '-o', 'gone/'])).toMatchObject({ exit: 3 })
    expect(existsSync(at('gone'))).toBe(false)
    await writeFile(at('taken'), '')
    gate.refused.clear()
    const taken = await machine.run(['file', 'open', id, '-o', 'taken/'])
    expect(taken.exit).toBe(1)
    expect(taken.err).toContain(`cannot make folder ${at('taken')}`)
  })

  test('replaces nothing without --force', async () => {
    const id = await protectedAs('x.txt')
    await writeFile(at('x.txt'), 'mine')
    const { exit, err } = await machine.run(['file', 'open', id])
    expect(exit).toBe(1)
    expect(err).toContain('it is there already, want --force')
    expect(await readFile(at('x.txt'), 'utf8')).toBe('mine')
    expect((await machine.run(['file', 'open', id, '--force'])).exit).toBe(0)
    expect(await readFile(at('x.txt'), 'utf8')).toBe('content')
  })

  test('refused by decision writes nothing, says why, and ends with 3', async () => {
    const id = await protectedAs('y.txt')
    gate.refused.add('/Rewrap')
    const { exit, out, err } = await machine.run(['file', 'open', id])
    expect({ exit, out }).toEqual({ exit: 3, out: '' })
    expect(err).toContain('Refused: open y.txt')
    expect(err).toContain('Why: No authorization in force covers you for this file.')
    expect(err).toContain(`sallyport decision explain ${sampleIds.decision}`)
    expect(existsSync(at('y.txt'))).toBe(false)
  })

  test('tells the words that bind, and opens only once they are acknowledged', async () => {
    const id = await protectedAs('x.txt')
    await rm(at('x.txt'))
    gate.hasConditions = true
    const told = 'You are bound by: Use for co-development only.\nYou are bound by: Return when asked.\n'
    const unsaid = await machine.run(['file', 'open', id])
    expect(unsaid).toMatchObject({ exit: 3, out: '' })
    expect(unsaid.err).toContain(`${told}Refused: open x.txt`)
    expect(unsaid.err).toContain('open the file again with --acknowledge')
    const declined = await machine.run(['file', 'open', id], { typed: 'no\n' })
    expect(declined.exit).toBe(3)
    expect(existsSync(at('x.txt'))).toBe(false)
    const agreed = await machine.run(['file', 'open', id], { typed: 'yes\n' })
    expect(agreed).toMatchObject({ exit: 0, err: `${told}Do you acknowledge this and open the file? Type yes: ` })
    expect(await machine.run(['file', 'open', id, '--force', '--acknowledge'])).toMatchObject({ exit: 0, err: told })
    const { out } = await machine.run(['file', 'open', id, '--force', '--acknowledge', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      decisionIds: [sampleIds.decision],
      obligations: [{ text: 'Use for co-development only.' }, { text: 'Return when asked.' }],
    })
  })

  test('opens a sealed file that lies here', async () => {
    await protectedAs('x.txt')
    const [stored] = gate.files.values()
    await writeFile(at('mail.pdf.tdf'), stored?.content ?? '')
    expect(await machine.run(['file', 'open', 'mail.pdf.tdf'])).toMatchObject({ exit: 0 })
    expect(await readFile(at('mail.pdf'), 'utf8')).toBe('content')
    await writeFile(at('mail.bin'), stored?.content ?? '')
    expect(await machine.run(['file', 'open', './mail.bin'])).toMatchObject({ exit: 1 })
  })

  test('sends no proof to the gate that a hostile file names', async () => {
    await writeFile(at('x.txt'), 'content')
    const uuid = parseId<'policy'>(sampleIds.entry)
    const label = parseLabel('https://aldebaran.example/attr/usml/value/iv-h-1')
    if (uuid === null || label === null) throw new TypeError('bad sample')
    const kas = { url: 'https://evil.example/kas', kid: 'k1', publicKeyPem: (await createReleaseKey()).publicKeyPem }
    await sealFile({ source: at('x.txt'), target: at('evil.txt.tdf'), policy: { uuid, labels: [label.fqn] }, kas })
    const asked = gate.seen.length
    const { exit, err } = await machine.run(['file', 'open', 'evil.txt.tdf'])
    expect(exit).toBe(1)
    expect(err).toContain(`the file names the gate https://evil.example, want ${gate.url}`)
    expect(gate.seen.slice(asked)).toEqual([])
    expect(existsSync(at('evil.txt'))).toBe(false)
  })

  test('writes nothing of a file that was altered', async () => {
    await protectedAs('x.txt')
    const [stored] = gate.files.values()
    const altered = new Uint8Array(stored?.content ?? [])
    altered[60] = (altered[60] ?? 0) ^ 1
    await writeFile(at('bad.txt.tdf'), altered)
    expect(await machine.run(['file', 'open', 'bad.txt.tdf'])).toMatchObject({ exit: 1, out: '' })
    expect((await readdir(machine.workingFolder)).sort()).toEqual(['bad.txt.tdf', 'x.txt'])
  })
})

describe('sallyport file fetch', () => {
  test('brings the sealed octets, replaces nothing, and leaves nothing when refused', async () => {
    await writeFile(at('x.txt'), 'content')
    await protect('x.txt')
    await rm(at('x.txt'))
    const id = onlyFile()?.id ?? ''
    const [stored] = gate.files.values()
    expect(await machine.run(['file', 'fetch', id])).toMatchObject({ exit: 0, err: '' })
    expect(await readFile(at('x.txt.tdf'))).toEqual(Buffer.from(stored?.content ?? []))
    const again = await machine.run(['file', 'fetch', id])
    expect(again).toMatchObject({ exit: 1, out: '' })
    expect(again.err).toContain('it is there already, want --force')
    gate.refused.add('/content')
    expect(await machine.run(['file', 'fetch', id, '-o', 'other.tdf'])).toMatchObject({ exit: 3, out: '' })
    expect(await readdir(machine.workingFolder)).toEqual(['x.txt.tdf'])
  })
})

describe('sallyport file list and inspect', () => {
  test('show what the gate and what the file say', async () => {
    await writeFile(at('plan.pdf'), 'content')
    await protect('plan.pdf')
    const listed = await machine.run(['file', 'list', '--vault', 'falcon'])
    expect(listed.out).toMatch(/plan\.pdf +falcon +\d.* USML IV\(h\)\(1\)/)
    const inspected = await machine.run(['file', 'inspect', onlyFile()?.id ?? '', '--json'])
    expect(JSON.parse(inspected.out)).toMatchObject({
      name: 'plan.pdf',
      facts: { version: '4.3.0', policy: { uuid: onlyFile()?.id }, weakestWrapBits: 128 },
    })
    const { out } = await machine.run(['file', 'inspect', onlyFile()?.id ?? ''])
    expect(out).toContain(`${gate.url} (key k1)`)
    expect(out).toMatch(/^labels +https:\/\/aldebaran\.example\/attr\/usml\/value\/iv-h-1$/m)
  })

  test('inspect refuses what is no sealed file', async () => {
    await writeFile(at('plan.pdf'), 'content')
    expect(await machine.run(['file', 'inspect', './plan.pdf'])).toMatchObject({ exit: 1, out: '' })
  })
})

describe('sallyport file verify', () => {
  const stored = async (): Promise<Uint8Array> => {
    await writeFile(at('x.txt'), 'content')
    await protect('x.txt')
    return new Uint8Array([...gate.files.values()][0]?.content ?? [])
  }

  test('asks for no key, and holds a copy against what the gate stored', async () => {
    await writeFile(at('copy.tdf'), await stored())
    const before = gate.seen.length
    const { exit, out } = await machine.run(['file', 'verify', 'copy.tdf'])
    expect(exit).toBe(0)
    expect(out).toMatch(/^as stored +yes, byte for byte$/m)
    expect((await machine.run(['file', 'verify', onlyFile()?.id ?? ''])).exit).toBe(0)
    expect(gate.seen.slice(before).filter((one) => one.endsWith('/Rewrap'))).toEqual([])
    const { out: json } = await machine.run(['file', 'verify', 'copy.tdf', '--json'])
    expect(JSON.parse(json)).toMatchObject({ fileId: onlyFile()?.id, sha256: onlyFile()?.sha256, isAsStored: true })
  })

  test('finds damage, and a file that is whole but not the one that was stored', async () => {
    const damaged = await stored()
    damaged[60] = (damaged[60] ?? 0) ^ 1
    await writeFile(at('damaged.tdf'), damaged)
    const found = await machine.run(['file', 'verify', 'damaged.tdf', '--offline'])
    expect(found).toMatchObject({ exit: 1, out: '' })
    const uuid = parseId<'policy'>(onlyFile()?.id ?? '')
    const label = parseLabel('https://aldebaran.example/attr/usml/value/iv-h-1')
    if (uuid === null || label === null) throw new TypeError('bad sample')
    const kas = { url: `${gate.url}/kas`, kid: 'k1', publicKeyPem: (await createReleaseKey()).publicKeyPem }
    await sealFile({ source: at('x.txt'), target: at('other.tdf'), policy: { uuid, labels: [label.fqn] }, kas })
    expect(await machine.run(['file', 'verify', 'other.tdf', '--offline'])).toMatchObject({ exit: 0 })
    const { exit, err } = await machine.run(['file', 'verify', 'other.tdf'])
    expect(exit).toBe(1)
    expect(err).toContain('it is not the file that the gate stored as x.txt')
  })

  test('does not call a file verified that the gate will not speak of', async () => {
    await writeFile(at('copy.tdf'), await stored())
    gate.refused.add(onlyFile()?.id ?? 'none')
    expect(await machine.run(['file', 'verify', 'copy.tdf'])).toMatchObject({ exit: 3, out: '' })
  })
})

describe('sallyport file show', () => {
  test('says that a deletion waits, with the request and until when; nothing of one where none does', async () => {
    await writeFile(at('nozzle.stp'), 'controlled words')
    await protect('nozzle.stp')
    const show = () => machine.run(['file', 'show', 'nozzle.stp'])
    const before = await show()
    expect({ exit: before.exit, err: before.err }).toEqual({ exit: 0, err: '' })
    expect(before.out).toContain('stored')
    expect(before.out).not.toContain('deletion')
    const held = gate.files.get(onlyFile()?.id ?? '')
    const [requestedAt, expiresAt] = ['2026-11-24T09:10:00.000Z', '2026-12-24T09:10:00.000Z']
    const deletion = { approvalId: sampleIds.approval, requestedAt, expiresAt, isYours: false }
    if (held !== undefined) held.deletion = deletion
    const { out } = await show()
    expect(out).toContain('waits for approval until 2026-12-24 09:10')
    expect(out).toContain(sampleIds.approval)
    expect(out).not.toContain('withdraw')
    if (held !== undefined) held.deletion = { ...deletion, isYours: true }
    expect((await show()).out).toContain(`sallyport approval withdraw ${sampleIds.approval}`)
  })

  test('says who is refused, and shows nothing then', async () => {
    await writeFile(at('nozzle.stp'), 'controlled words')
    await protect('nozzle.stp')
    gate.refused.add(`/files/${onlyFile()?.id}`)
    expect(await machine.run(['file', 'show', 'nozzle.stp'])).toMatchObject({ exit: 3, out: '' })
  })
})

describe('sallyport file copies', () => {
  test.each([
    [[], 'No backup was made while it was here.'],
    [['2026-11-02T05:00:00.000Z'], 'Backups that hold it: 1 (2026-11-02).'],
    [['2026-11-02T05:00:00.000Z', '2026-11-02T04:00:00.000Z'], 'Backups that hold it: 2 (2026-11-02).'],
    [['2026-11-02T05:00:00.000Z', '2026-10-02T04:00:00.000Z'], 'Backups that hold it: 2 (2026-10-02 to 2026-11-02).'],
  ])('backups %j: tells from which day to which', async (backups, said) => {
    await writeFile(at('nozzle.stp'), 'words')
    await protect('nozzle.stp')
    const answer = { fileId: onlyFile()?.id, receivers: [], backups }
    gate.once.set('/copies', { status: 200, body: JSON.stringify(answer) })
    expect((await machine.run(['file', 'copies', 'nozzle.stp'])).out).toContain(said)
  })
})
