import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { authorization, sampleIds } from '../testing/records.ts'
import { reserve } from '../testing/product.ts'
import { problem } from '../testing/replies.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
  reserve(gate, 'nozzle.stp', sampleIds.file)
})
afterEach(() => gate.refused.clear())
afterAll(() => gate.close())

describe('lists that come a page at a time', () => {
  test.each([
    ['/vaults', { vaults: [] }, ['file', 'list', '--vault', 'falcon']],
    ['/authorizations', { authorizations: [] }, ['authorization', 'show', 'TA-1234-26']],
  ])('%s: what is named is found on a later page', async (path, page, argv) => {
    gate.once.set(path, { status: 200, body: JSON.stringify({ ...page, next: 'second' }) })
    gate.seen.length = 0
    expect(await machine.run(argv)).toMatchObject({ exit: 0 })
    // Once for its name, and for the names beside the files; the first page came once.
    expect(gate.once.size).toBe(0)
    expect(gate.seen.filter((one) => one.endsWith(path)).length).toBeGreaterThanOrEqual(2)
  })

  test.each([
    ['/vaults', { vaults: [] }, ['vault', 'list']],
    ['/labels', { labels: [] }, ['label', 'list']],
    ['/authorizations', { authorizations: [] }, ['authorization', 'list']],
    ['/approvals', { approvals: [] }, ['approval', 'list']],
    ['/notices', { mail: true, notices: [] }, ['notice', 'list']],
    ['/people', { people: [] }, ['person', 'list']],
    ['/decisions', { decisions: [] }, ['decision', 'list']],
    ['/own-refusals', { refusals: [] }, ['decision', 'why']],
  ])('%s: says how to go on, and goes on there', async (path, page, argv) => {
    gate.once.set(path, { status: 200, body: JSON.stringify({ ...page, next: 'second' }) })
    expect((await machine.run(argv)).err).toContain('--after second')
    gate.once.set(`${path}?after=third`, { status: 200, body: JSON.stringify({ ...page, next: null }) })
    expect(await machine.run([...argv, '--after', 'third'])).toMatchObject({ exit: 0, err: '' })
  })

  test('somebody is found by the words of their name, and by any other part of it on the first page', async () => {
    gate.seen.length = 0
    expect((await machine.run(['person', 'show', 'uill'])).exit).toBe(0)
    expect(gate.seen).toHaveLength(2)
    gate.once.set('/people?name=uill', { status: 200, body: '{"people":[],"next":null}' })
    gate.seen.length = 0
    expect((await machine.run(['person', 'show', 'uill'])).exit).toBe(0)
    expect(gate.seen).toHaveLength(3)
  })
})

describe('what a verb prints', () => {
  test.each([
    ['vault-list', ['vault', 'list']],
    ['file-show', ['file', 'show', 'nozzle.stp']],
    ['backup-list', ['backup', 'list']],
    ['person-list', ['person', 'list']],
    ['person-show', ['person', 'show', 'quill']],
    ['person-end', ['person', 'end', 'lucas', '--reason', 'left the program', '--yes']],
    ['authorization-list', ['authorization', 'list']],
    ['authorization-show', ['authorization', 'show', 'TA-1234-26']],
    ['authorization-history', ['authorization', 'history', 'TA-1234-26']],
    ['authorization-approve', ['authorization', 'approve', 'ta-1234', '--yes', '--effect', 'cd'.repeat(32)]],
    ['authorization-end', ['authorization', 'end', sampleIds.authorization, '--reason', 'closed', '--yes']],
    ['decision-list', ['decision', 'list', '--person', 'lucas', '--file', 'nozzle.stp', '--effect', 'deny']],
    ['decision-why', ['decision', 'why', sampleIds.decision]],
    ['decision-why-all', ['decision', 'why']],
    ['decision-explain', ['decision', 'explain', sampleIds.decision]],
    ['decision-who-can', ['decision', 'who-can', sampleIds.file]],
    ['decision-what-can', ['decision', 'what-can', 'lucas']],
  ])('%s: a table for people, JSON for programs', async (name, argv) => {
    const now = () => Date.UTC(2026, 10, 24)
    const plain = await machine.run(argv, { now })
    expect({ exit: plain.exit, err: plain.err }).toEqual({ exit: 0, err: '' })
    const json = await machine.run([...argv, '--json'], { now })
    expect(JSON.parse(json.out)).toBeTypeOf('object')
    // Keys are new in every run.
    const written = json.out.replace(/"(signature|keyId)": "[^"]*"/g, '"$1": "..."')
    await expect(`${plain.out}\n--json\n${written}`).toMatchFileSnapshot(`./golden/output/${name}.txt`)
  })

  test('authorization amend: what holds at once, what waits, and one way only', async () => {
    const path = join(machine.workingFolder, 'terms.json')
    await writeFile(path, JSON.stringify(authorization.terms))
    const amend = (...more: string[]) =>
      machine.run(['authorization', 'amend', 'TA-1234-26', 'terms.json', '--reason', 'amendment 2', ...more])
    expect(await amend()).toMatchObject({ exit: 0, out: expect.stringContaining('in version 3 from now on') as string })
    for (const way of [
      ['--major', 'DDTC 7'],
      ['--minor'],
      ['--minor', 'letter'],
      ['--listed', 'DSP-6'],
      ['--reissued', 'x'],
    ]) {
      const { exit, out } = await amend(...way)
      expect({ exit, out }).toMatchObject({ exit: 0, out: expect.stringContaining('approval approve') as string })
    }
    expect(await amend('--minor', '--listed', 'DSP-6')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('want one') as string,
    })
  })

  test('holds nothing that a terminal obeys, whatever names come from the gate', async () => {
    for (const argv of [
      ['person', 'list'],
      ['person', 'list', '--json'],
      ['person', 'show', sampleIds.lucas],
    ]) {
      const { out } = await machine.run(argv)
      expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(out).toContain('Moreau')
    }
  })

  test('fits the terminal, and is never wrapped for a program', async () => {
    const widest = (out: string): number => Math.max(...out.split('\n').map((line) => line.length))
    const argv = ['decision', 'who-can', sampleIds.file]
    const onTerminal = await machine.run(argv, { isTty: true, env: { NO_COLOR: '1' } })
    expect(widest(onTerminal.out)).toBeLessThanOrEqual(100)
    const { out } = await machine.run(['vault', 'list'], { isTty: true, env: { NO_COLOR: '1' } })
    expect(out).toContain(sampleIds.vault)
    const piped = await machine.run(argv)
    expect(piped.out).toContain(
      'No authorization in force covers you for this file, and none that is registered would.',
    )
  })

  test('is colored on a terminal only, and not when NO_COLOR is set', async () => {
    const onTerminal = await machine.run(['person', 'list'], { isTty: true })
    expect(onTerminal.out).toContain('\u001b[1m')
    const without = await machine.run(['person', 'list'], { isTty: true, env: { NO_COLOR: '1' } })
    expect(without.out).not.toContain('\u001b')
  })
})

describe('a refusal', () => {
  test('says what, why, what would change it, whom to ask and where the record is; exit 3', async () => {
    gate.refused.add('/people')
    const { exit, out, err } = await machine.run(['person', 'list'])
    expect({ exit, out }).toEqual({ exit: 3, out: '' })
    await expect(err).toMatchFileSnapshot('./golden/output/refusal.txt')
  })

  test('is one JSON value with --json; exit 3', async () => {
    gate.refused.add('/approve')
    const { exit, out } = await machine.run([
      'authorization',
      'approve',
      'TA-1234-26',
      '--yes',
      '--effect',
      'cd',
      '--json',
    ])
    expect(exit).toBe(3)
    expect(JSON.parse(out)).toMatchObject({
      refused: {
        what: 'approve TA-1234-26',
        decisionId: sampleIds.decision,
        reasons: [{ code: 'no-coverage', ask: 'officer' }],
      },
    })
  })
})

describe('a fault', () => {
  test('is told in words on stderr and as JSON on stdout; exit 1', async () => {
    gate.once.set('/people', problem(409, 'conflict', { detail: 'cannot read roster: it changes, want a moment' }))
    const { exit, out, err } = await machine.run(['person', 'list', '--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ problem: { code: 'conflict' } })
    expect(err).toBe('cannot read roster: it changes, want a moment\n')
  })
})

describe('naming things', () => {
  test.each([
    ['nobody', ['person', 'show', 'zorro'], 'no name or id fits'],
    ['several', ['person', 'show', 'u'], 'fits Ada Quill'],
    ['a decision that is no id', ['decision', 'explain', 'x'], 'that is no id'],
    ['no file', ['file', 'open', 'kite.stp'], 'found by its id only: ask whoever sent it'],
    ['no vault', ['file', 'list', '--vault', 'kite'], 'no name or id fits'],
  ])('that fit %s is told', async (_, argv, text) => {
    const { exit, err } = await machine.run(argv)
    expect(exit).toBe(1)
    expect(err).toContain(text)
  })
})

describe('a name', () => {
  test.each(['ADA quill', 'áda', 'Ada Quill'])('is found as %s, whatever its case and accents', async (wanted) => {
    expect(await machine.run(['person', 'show', wanted])).toMatchObject({ exit: 0, err: '' })
  })

  test('that is nothing but an accent fits nobody', async () => {
    expect(await machine.run(['person', 'show', '\u0301'])).toMatchObject({ exit: 1, out: '' })
  })
})

describe('sallyport person end', () => {
  test('changes nothing unless somebody types yes', async () => {
    const asked = gate.seen.length
    const said = await machine.run(['person', 'end', 'lucas', '--reason', 'x'], { typed: 'no\n' })
    expect(said).toMatchObject({ exit: 1, out: '' })
    const unasked = await machine.run(['person', 'end', 'lucas', '--reason', 'x'])
    expect(unasked.err).toContain('want --yes')
    expect(gate.seen.slice(asked).filter((one) => one.endsWith('/end'))).toEqual([])
    expect(await machine.run(['person', 'end', 'lucas', '--reason', 'x'], { typed: 'yes\n' })).toMatchObject({
      exit: 0,
    })
  })
})

describe('sallyport authorization approve', () => {
  const argv = ['authorization', 'approve', 'TA-1234-26']

  test('shows who would gain what, names exactly that, and does nothing unless somebody types yes', async () => {
    const sent = gate.changes.length
    const said = await machine.run(argv, { typed: 'no\n' })
    expect(said).toMatchObject({ exit: 1, out: expect.stringContaining('would gain') as string })
    expect(said.out).toContain('TA-1234-26')
    expect(gate.changes.slice(sent)).toEqual([])
    expect((await machine.run(argv, { typed: 'yes\n' })).exit).toBe(0)
    expect(gate.changes.slice(sent)).toEqual([{ effect: 'cd'.repeat(32) }])
  })

  test('without asking takes the effect that was shown', async () => {
    const sent = gate.changes.length
    expect(await machine.run([...argv, '--yes'])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('want --effect') as string,
    })
    expect(gate.changes.slice(sent)).toEqual([])
  })
})

describe('a receipt', () => {
  test('that the pinned key did not sign is told, although the act was done', async () => {
    gate.isReceiptFalse = true
    const ended = await machine.run(['person', 'end', 'lucas', '--reason', 'x', '--yes'])
    const approved = await machine.run(['authorization', 'approve', 'TA-1234-26'], { typed: 'yes\n' })
    gate.isReceiptFalse = false
    for (const { exit, err } of [ended, approved]) {
      expect(exit).toBe(1)
      expect(err).toContain('the pinned key of the ledger did not sign for it')
    }
  })
})

describe('sallyport authorization register', () => {
  test('registers the terms of a file', async () => {
    await writeFile(join(machine.workingFolder, 'ta.json'), JSON.stringify(authorization.terms))
    const { exit, out } = await machine.run(['authorization', 'register', 'ta.json'])
    expect(exit).toBe(0)
    expect(out).toContain('TA-1234-26 is registered; it takes effect after 2 more approvals.')
  })

  test('names the fields that are not right, and sends nothing', async () => {
    const { number: _, ...terms } = { ...authorization.terms, countries: ['gb'] }
    await writeFile(join(machine.workingFolder, 'bad.json'), JSON.stringify(terms))
    const asked = gate.seen.length
    const { exit, err } = await machine.run(['authorization', 'register', 'bad.json'])
    expect(exit).toBe(1)
    expect(err).toMatch(/countries\.0: want two capital letters/)
    expect(err).toContain('number: ')
    expect(gate.seen.length).toBe(asked)
  })

  test('says that a file is not there', async () => {
    expect(await machine.run(['authorization', 'register', 'gone.json'])).toMatchObject({ exit: 1, out: '' })
  })
})

describe('sallyport completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s knows every noun', async (shell) => {
    const { exit, out } = await machine.run(['completion', shell])
    expect(exit).toBe(0)
    for (const noun of ['vault', 'file', 'person', 'authorization', 'decision', 'ledger', 'up'])
      expect(out).toContain(noun)
  })

  test('refuses another shell', async () => {
    expect(await machine.run(['completion', 'tcsh'])).toMatchObject({ exit: 1, out: '' })
  })
})
