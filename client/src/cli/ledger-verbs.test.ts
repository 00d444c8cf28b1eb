import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { makeLedger } from '../testing/ledger.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
})
afterAll(() => gate.close())

describe('sallyport ledger verify', () => {
  test('finds the ledger of the gate intact', async () => {
    const { exit, out } = await machine.run(['ledger', 'verify'])
    expect(exit).toBe(0)
    expect(out).toContain('Intact: 3 entries of gate.example/ledger')
  })

  test('finds an altered entry and names it; exit 1', async () => {
    const { exported } = gate.ledger
    const altered = new Uint8Array(exported)
    altered[altered.length - 2] = 0x39
    gate.ledger = { ...gate.ledger, exported: altered }
    const { exit, out } = await machine.run(['ledger', 'verify', '--json'])
    gate.ledger = { ...gate.ledger, exported }
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'altered', fault: { what: 'altered', index: 2 } })
  })

  test('refuses a gate that exports less than its checkpoint says', async () => {
    const whole = gate.ledger
    const signed = makeLedger(['{"n":0}', '{"n":1}'], whole)
    gate.ledger = { ...whole, exported: signed.exported }
    const { exit, err } = await machine.run(['ledger', 'verify'])
    gate.ledger = whole
    expect(exit).toBe(1)
    expect(err).toContain('it has 2 entries where the gate had signed 3')
  })

  test('--export verifies a file without any gate, and against given keys on a machine that never met one', async () => {
    expect(await machine.run(['ledger', 'export', 'ledger.bin'])).toMatchObject({ exit: 0 })
    const asked = gate.seen.length
    expect(await machine.run(['ledger', 'verify', '--export', 'ledger.bin'])).toMatchObject({ exit: 0 })
    expect(gate.seen.length).toBe(asked)
    const assessor = createMachine()
    const path = join(machine.workingFolder, 'ledger.bin')
    const keys = gate.ledger.keys.flatMap((key) => ['--key', key])
    const given = ['--origin', gate.ledger.origin, ...keys]
    expect(await assessor.run(['ledger', 'verify', '--export', path, ...given])).toMatchObject({ exit: 0 })
    expect(await assessor.run(['ledger', 'verify', '--export', path])).toMatchObject({ exit: 1 })
    expect(await assessor.run(['ledger', 'verify', '--export', path, '--origin', 'other', ...keys])).toMatchObject({
      exit: 1,
    })
    expect(await assessor.run(['ledger', 'verify', '--export', path, '--origin', 'x', '--key', 'y'])).toMatchObject({
      exit: 1,
    })
  })

  test('--export says of a file that is none that it is none', async () => {
    await writeFile(join(machine.workingFolder, 'no.bin'), 'nothing')
    const { exit, out } = await machine.run(['ledger', 'verify', '--export', 'no.bin'])
    expect(exit).toBe(1)
    expect(out).toBe('Not an export of a ledger: the file does not begin as one.\n')
    await writeFile(join(machine.workingFolder, 'cut.bin'), gate.ledger.exported.subarray(0, -5))
    const cut = await machine.run(['ledger', 'verify', '--export', 'cut.bin'])
    expect(cut.exit).toBe(1)
    expect(cut.out).toContain('ALTERED: this export does not verify: the file ends early')
  })

  test('--export does not call the export of another ledger altered', async () => {
    await writeFile(join(machine.workingFolder, 'other.bin'), makeLedger(['{"n":7}']).exported)
    const { exit, out } = await machine.run(['ledger', 'verify', '--export', 'other.bin'])
    expect(exit).toBe(1)
    expect(out).toContain('this export is of another ledger, or signed by other keys than this machine pinned')
    expect(out).not.toContain('ALTERED')
  })
})

describe('sallyport ledger replay', () => {
  const stretch = (from: number, to: number, more = {}) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, to, size: 150, decisions: to - from - 1, lists: 1, finding: null, ...more }),
  })

  test('goes on until the end that there was when it began', async () => {
    gate.once.set('/replay?first=0', stretch(0, 100))
    gate.once.set('/replay?first=100', stretch(100, 150, { size: 151 }))
    const { exit, out } = await machine.run(['ledger', 'replay'])
    expect(out).toBe(
      '148 decisions of entries 0 to 149 fall as they were recorded.\n' +
        '2 lists among them keep the hash of what was shown alone, and were not decided again.\n',
    )
    expect(exit).toBe(0)
  })

  test('names the first that falls otherwise; exit 1', async () => {
    const finding = { index: 121, text: 'recorded permit, decided again deny' }
    gate.once.set('/replay?first=100', stretch(100, 122, { finding }))
    const { exit, out } = await machine.run(['ledger', 'replay', '--from', '100'])
    expect(out).toContain('FALLS OTHERWISE: entry 121: recorded permit, decided again deny.')
    expect(exit).toBe(1)
    gate.once.set('/replay?first=100', stretch(100, 122, { finding }))
    const { out: json } = await machine.run(['ledger', 'replay', '--from', '100', '--json'])
    expect(JSON.parse(json)).toEqual({ from: 100, to: 122, decisions: 21, lists: 1, finding })
  })

  test('refuses a place that is none before it asks', async () => {
    const asked = gate.seen.length
    const { exit, err } = await machine.run(['ledger', 'replay', '--from', 'x'])
    expect(err).toBe('cannot replay: --from is x, want the index of an entry\n')
    expect(exit).toBe(1)
    expect(gate.seen.length).toBe(asked)
  })
})

describe('sallyport ledger reconcile', () => {
  const table = { table: 'person', rows: 36, faults: 0, rowsNotCovered: 0, columnsNotCovered: [] }
  const answer = (more = {}) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      at: '2026-11-29T12:00:00.000Z',
      entries: 90,
      pending: 0,
      unknown: [],
      unread: null,
      tables: [table],
      finding: null,
      ...more,
    }),
  })

  test('says that the tables are as the ledger says, and what is not covered', async () => {
    const columnsNotCovered = [{ column: 'verified_at', rows: 3 }]
    gate.once.set('/ledger/reconcile', answer({ tables: [{ ...table, rowsNotCovered: 2, columnsNotCovered }] }))
    const { exit, out } = await machine.run(['ledger', 'reconcile'])
    expect(out).toBe(
      'The tables are as the ledger says: 36 rows of 1 tables at 2026-11-29T12:00:00.000Z, against 90 entries.\n' +
        'Not covered: 2 rows of person, of which no entry says anything.\n' +
        'Not covered in person: verified_at (3): written before entries said it.\n',
    )
    expect(exit).toBe(0)
  })

  test('names table, row, column and entry of what disagrees; exit 1', async () => {
    const finding = { table: 'person', key: 'p-1', column: 'roles', index: 41, text: 'it is not as entry 41 says' }
    gate.once.set('/ledger/reconcile', answer({ tables: [{ ...table, faults: 2 }], finding }))
    const { exit, out } = await machine.run(['ledger', 'reconcile'])
    expect(out).toContain('DISAGREES: table person, row p-1, column roles: it is not as entry 41 says.')
    expect(out).toContain('person: 2 rows disagree')
    expect(exit).toBe(1)
  })

  test('says of what it does not read or know that it does not; exit 1', async () => {
    const [unread, unknown] = [{ index: 7, text: 'its key opens nothing' }, [{ kind: 'file.folded', entries: 2 }]]
    gate.once.set('/ledger/reconcile', answer({ unread, unknown }))
    const { exit, out } = await machine.run(['ledger', 'reconcile'])
    expect(out).toContain('NOT READ: entry 7: its key opens nothing.')
    expect(out).toContain('NOT KNOWN: 2 entries of kind file.folded.')
    expect(exit).toBe(1)
  })
})

describe('sallyport ledger export', () => {
  test('replaces nothing without --force', async () => {
    const path = join(machine.workingFolder, 'kept.bin')
    await writeFile(path, 'kept')
    const unforced = await machine.run(['ledger', 'export', 'kept.bin'])
    expect(unforced.exit).toBe(1)
    expect(unforced.err).toBe(`cannot write ${path}: it is there already, want --force or another name\n`)
    expect(await readFile(path, 'utf8')).toBe('kept')
    expect(await machine.run(['ledger', 'export', 'kept.bin', '--force'])).toMatchObject({ exit: 0 })
    expect(new Uint8Array(await readFile(path))).toEqual(gate.ledger.exported)
  })

  test('refused by decision leaves no file; exit 3', async () => {
    gate.refused.add('/export')
    const ran = await machine.run(['ledger', 'export', 'refused.bin'])
    gate.refused.clear()
    expect(ran).toMatchObject({ exit: 3, out: '' })
    await expect(readFile(join(machine.workingFolder, 'refused.bin'))).rejects.toThrow('ENOENT')
  })
})

describe('sallyport ledger checkpoint', () => {
  test('shows the signed note; exit 1 when the pinned keys did not sign it', async () => {
    expect(await machine.run(['ledger', 'checkpoint'])).toMatchObject({ exit: 0 })
    const own = gate.ledger
    gate.ledger = { ...own, note: makeLedger(['{"n":9}']).note }
    const { exit, err } = await machine.run(['ledger', 'checkpoint'])
    const kept = await machine.run(['ledger', 'checkpoint', '--out', 'not-signed'])
    gate.ledger = own
    expect(exit).toBe(1)
    expect(err).toContain('NOT signed by the keys that were pinned')
    expect(kept.exit).toBe(1)
    await expect(readFile(join(machine.workingFolder, 'not-signed'))).rejects.toThrow('ENOENT')
  })

  test('writes the note and nothing else, so that stdout kept in a file is a checkpoint', async () => {
    const { out, err } = await machine.run(['ledger', 'checkpoint'])
    expect(out.trimEnd()).toBe(gate.ledger.note.trimEnd())
    expect(err).toContain('Signed by the pinned keys.')
    expect(await machine.run(['ledger', 'checkpoint', '--out', 'by-name'])).toMatchObject({ exit: 0 })
    expect(await readFile(join(machine.workingFolder, 'by-name'), 'utf8')).toBe(gate.ledger.note)
    await writeFile(join(machine.workingFolder, 'by-stdout'), out)
    for (const name of ['by-name', 'by-stdout']) {
      expect(await machine.run(['ledger', 'verify', '--outside', name])).toMatchObject({ exit: 0 })
    }
  })

  test('kept outside tells a ledger that goes on from one that was put back or written anew', async () => {
    const own = gate.ledger
    await machine.run(['ledger', 'checkpoint', '--out', 'kept'])
    const verdictOf = async (entries: readonly string[]) => {
      gate.ledger = makeLedger(entries, own)
      const ran = await machine.run(['ledger', 'verify', '--outside', 'kept'])
      gate.ledger = own
      return ran
    }
    const whole = ['{"n":0}', '{"n":1}', '{"n":2}']
    const back = await verdictOf(whole.slice(0, 2))
    expect(back).toMatchObject({ exit: 1, out: expect.stringContaining('it ends at 2 entries') })
    const anew = await verdictOf(['{"n":0}', '{"n":1}', '{"n":3}', '{"n":4}'])
    expect(anew).toMatchObject({ exit: 1, out: expect.stringContaining('NOT THE LEDGER THAT WAS') })
    expect(anew.out).toContain('its first 3 entries are others than the checkpoint outside saw')
    expect(await verdictOf([...whole, '{"n":3}'])).toMatchObject({ exit: 0 })
  })

  test('takes no other file for a checkpoint', async () => {
    await writeFile(join(machine.workingFolder, 'none'), 'nothing')
    const none = await machine.run(['ledger', 'verify', '--outside', 'none'])
    expect(none).toMatchObject({ exit: 1, err: expect.stringContaining('no checkpoint of gate.example/ledger') })
    const replaced = await machine.run(['ledger', 'checkpoint', '--out', 'none'])
    expect(replaced).toMatchObject({ exit: 1, err: expect.stringContaining('want --force or another name') })
    expect(await readFile(join(machine.workingFolder, 'none'), 'utf8')).toBe('nothing')
    expect((await machine.run(['ledger', 'verify', '--outside', 'nowhere'])).err).toContain('it cannot be read')
  })
})

describe('sallyport ledger key', () => {
  test('shows the pinned keys, one a line and nothing else on stdout, whatever the gate says now', async () => {
    const own = gate.ledger
    gate.ledger = makeLedger(['{"n":0}'])
    const { exit, out, err } = await machine.run(['ledger', 'key'])
    const json = await machine.run(['ledger', 'key', '--json'])
    gate.ledger = own
    expect(exit).toBe(0)
    expect(out).toBe(own.keys.map((key) => `${key}\n`).join(''))
    expect(err).toContain(`every checkpoint of ${own.origin}`)
    expect(JSON.parse(json.out)).toMatchObject({ origin: own.origin, keys: own.keys })
  })
})
