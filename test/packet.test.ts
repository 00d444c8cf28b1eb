// An evidence packet as people make and check one: an auditor at a gate, and somebody else on a machine that never met it.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { servedSample, type GateClient } from '../server/src/http/testing.ts'

const exec = promisify(execFile)
let client: GateClient
let stop: () => Promise<void>
let auditor: Machine
let packet: string
let fingerprint: string
let keys: readonly string[]

beforeAll(async () => {
  const served = await servedSample(9880)
  ;({ client, stop } = served)
  auditor = createMachine()
  const { url, caFile } = served.address
  await auditor.run(['login', '--gate', url, '--ca', caFile, '--as', 'paula'])
  const made = await auditor.run(['ledger', 'packet', '--person', 'whitfield', '--purpose', 'annual audit'])
  if (made.exit !== 0) throw new Error(made.err)
  packet = join(auditor.workingFolder, 'Ada-Whitfield.packet.zip')
  const shown = JSON.parse((await auditor.run(['ledger', 'key', '--json'])).out) as {
    fingerprint: string
    keys: string[]
  }
  ;({ fingerprint, keys } = shown)
}, 120_000)
afterAll(() => stop())

describe('sallyport ledger packet', () => {
  test('writes a packet that verifies where it was made, and says what is proven and what is stated', async () => {
    const { exit, out } = await auditor.run(['ledger', 'verify', 'packet', packet])
    expect(exit).toBe(0)
    expect(out).toContain('signed by the keys that were pinned at first contact')
    expect(out).toContain('person Ada Whitfield')
    expect(out).toContain('annual audit')
    expect(out).toMatch(/^Proven: Each entry is in the ledger/m)
    expect(out).toMatch(/^Stated: That no other entry/m)
  })

  test('gives a period, and refuses a question that is none before it writes anything', async () => {
    const month = ['--from', '2026-01-01', '--to', '2099-01-01', '--out', 'month.zip']
    expect(await auditor.run(['ledger', 'packet', ...month])).toMatchObject({ exit: 0 })
    const verified = await auditor.run(['ledger', 'verify', 'packet', 'month.zip', '--json'])
    expect(JSON.parse(verified.out)).toMatchObject({ verdict: 'intact', question: { kind: 'period' } })
    for (const wrong of [[], ['--from', '2026-01-01'], ['--person', 'ada', '--file', 'x']]) {
      expect(await auditor.run(['ledger', 'packet', ...wrong, '--out', 'no.zip'])).toMatchObject({ exit: 1 })
    }
    await expect(readFile(join(auditor.workingFolder, 'no.zip'))).rejects.toThrow('ENOENT')
    const again = await auditor.run(['ledger', 'packet', ...month])
    expect(again).toMatchObject({ exit: 1, err: expect.stringContaining('it is there already') })
  })

  test('tells nobody how far a packet is where none is being made', async () => {
    for (const who of ['paula', 'ada', 'stranger']) {
      const { status, value } = await client.ask(who, 'GET', '/ledger/packet/progress')
      expect({ who, status, value }).toEqual({ who, status: 200, value: { gathering: null } })
    }
  })

  test('is refused to whoever may not read the ledger, and that is on record with the question', async () => {
    const reply = await client.ask('ada', 'GET', '/ledger/packet?about=program&id=falcon')
    expect(reply.status).toBe(403)
    const { decisionId } = reply.value as { decisionId: string }
    const shown = await client.ask('grace', 'GET', `/decisions/${decisionId}`)
    expect(shown.value).toMatchObject({ effect: 'deny', action: 'ledger.read' })
  })

  test('opens as an archive with any program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-packet-'))
    await exec('unzip', ['-q', packet, '-d', folder])
    await exec('unzip', ['-tq', packet])
    const lines = (await readFile(join(folder, 'entries.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines.every((line) => 'salt' in (JSON.parse(line) as object))).toBe(true)
    expect(await readFile(join(folder, 'README.txt'), 'utf8')).toContain('sallyport ledger verify packet')
  })
})

describe('sallyport ledger page', () => {
  test('writes the very page that packets of this version carry', async () => {
    const { exit, out } = await auditor.run(['ledger', 'page', 'page.html', '--json'])
    expect(exit).toBe(0)
    const { sha256 } = JSON.parse(out) as { sha256: string }
    const { stdout } = await exec('unzip', ['-p', packet, 'verify.html'], { encoding: 'buffer' })
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(sha256)
    expect(await readFile(join(auditor.workingFolder, 'page.html'))).toEqual(stdout)
    expect(await auditor.run(['ledger', 'page', 'page.html'])).toMatchObject({ exit: 1 })
  })
})

describe('sallyport ledger verify packet', () => {
  const assessor = createMachine()
  const brought = join(assessor.workingFolder, 'evidence.zip')

  test('on a machine that never met a gate: intact under given keys, and not trusted without', async () => {
    await copyFile(packet, brought)
    const given = keys.flatMap((key) => ['--key', key])
    const trusted = await assessor.run(['ledger', 'verify', 'packet', 'evidence.zip', ...given])
    expect(trusted, trusted.err).toMatchObject({ exit: 0 })
    expect(trusted.out).toContain('signed by the keys that you gave')
    const alone = await assessor.run(['ledger', 'verify', 'packet', 'evidence.zip', '--json'])
    expect(alone.exit).toBe(1)
    expect(JSON.parse(alone.out)).toMatchObject({ verdict: 'not-trusted', fingerprint })
    const told = await assessor.run(['ledger', 'verify', 'packet', 'evidence.zip'])
    expect(told.out).toContain('CONSISTENT, AND NOT TRUSTED YET')
    expect(told.out).toContain(fingerprint.slice(0, 8))
    expect(told.out).toContain('The page verify.html in it is the one that this version has')
  })

  test('--export proves that nothing was left out, and takes no other export', async () => {
    expect(await auditor.run(['ledger', 'export', 'whole.ledger'])).toMatchObject({ exit: 0 })
    const against = ['ledger', 'verify', 'packet', packet, '--export']
    const complete = await auditor.run([...against, 'whole.ledger'])
    expect(complete, complete.err).toMatchObject({
      exit: 0,
      err: expect.stringContaining('Complete: the export has no other entry'),
    })
    const bytes = await readFile(join(auditor.workingFolder, 'whole.ledger'))
    await writeFile(join(auditor.workingFolder, 'cut.ledger'), bytes.subarray(0, -9))
    const cut = await auditor.run([...against, 'cut.ledger'])
    expect(cut).toMatchObject({ exit: 1, err: expect.stringContaining('cannot use export') })
  })

  test('refuses other keys, an altered file, and what is no packet; exit 1', async () => {
    const other = 'other.example.com+00000000+AQAA'
    expect(await assessor.run(['ledger', 'verify', 'packet', 'evidence.zip', '--key', other])).toMatchObject({
      exit: 1,
    })
    const bytes = await readFile(brought)
    const at = bytes.indexOf('"salt":"') + '"salt":"'.length
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
    await writeFile(join(assessor.workingFolder, 'bent.zip'), bytes)
    const bent = await assessor.run(['ledger', 'verify', 'packet', 'bent.zip', '--json'])
    expect(bent.exit).toBe(1)
    expect(JSON.parse(bent.out)).toMatchObject({ verdict: 'altered' })
    expect(bent.out).toMatch(/entry \d+ was altered/)
    await writeFile(join(assessor.workingFolder, 'none.zip'), 'nothing')
    const none = await assessor.run(['ledger', 'verify', 'packet', 'none.zip'])
    expect(none).toMatchObject({ exit: 1, out: expect.stringContaining('Not a whole evidence packet') })
    const gone = await assessor.run(['ledger', 'verify', 'packet', 'gone.zip'])
    expect(gone).toMatchObject({ exit: 1, err: expect.stringContaining('it cannot be read') })
  })
})
