import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { classification, sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
  const terms = { ...classification.terms, number: 'CJ-0123-26', title: 'Nozzle seal' }
  await writeFile(join(machine.workingFolder, 'first.json'), JSON.stringify(terms))
})
afterEach(() => {
  gate.changes.length = 0
  gate.refused.clear()
})
afterAll(() => gate.close())

const why = ['--reason', 'sheet 3']

describe('what a verb prints', () => {
  test.each([
    ['person-add', ['person', 'add', '--name', 'Mara Lindgren', '--kind', 'contractor']],
    ['person-grant', ['person', 'grant', 'lucas', 'auditor', ...why]],
    ['person-revoke', ['person', 'revoke', 'lucas', 'engineer', ...why]],
    ['person-ties', ['person', 'ties', 'lucas', '--purpose', 'license application']],
    ['person-history', ['person', 'history', 'lucas']],
    ['person-merge', ['person', 'merge', 'lucas', 'ada', '--yes', ...why]],
    ['person-split', ['person', 'split', 'lucas', '--name', 'Luc Moreau', '--subject', 'luc', '--yes', ...why]],
    ['roster-compare', ['roster', 'compare', '2026-01-01', '2026-07-01']],
    ['roster-rules', ['roster', 'rules']],
    ['roster-rule', ['roster', 'rule', '--foreign-employer-bars', 'off', ...why]],
    ['task-list', ['task', 'list']],
    ['candidate-list', ['candidate', 'list']],
    ['candidate-dismiss', ['candidate', 'decide', sampleIds.approval, '--proposal', 'no', ...why]],
    ['candidate-close-unfiled', ['candidate', 'close', sampleIds.approval, ...why]],
    ['candidate-decide', ['candidate', 'decide', sampleIds.approval, '--proposal', 'yes', ...why]],
    ['candidate-close', ['candidate', 'close', sampleIds.approval, '--filing', 'VD-7', '--filed-on', '2026-06-03']],
    ['classification-list', ['classification', 'list']],
    ['classification-show', ['classification', 'show', 'fal-0042']],
    ['classification-register', ['classification', 'register', 'first.json', ...why]],
    ['classification-supersede', ['classification', 'supersede', 'FAL-0042', 'first.json', ...why]],
    ['classification-withdraw', ['classification', 'withdraw', 'FAL-0042', '--yes', ...why]],
    ['classification-history', ['classification', 'history', 'FAL-0042']],
    ['classification-carriers', ['classification', 'carriers', 'FAL-0042']],
    ['classification-due', ['classification', 'due']],
    ['classification-lists', ['classification', 'lists']],
    ['notice-list', ['notice', 'list', '--state', 'waiting']],
    ['approval-list', ['approval', 'list']],
    ['approval-show', ['approval', 'show', sampleIds.approval]],
    ['approval-approve', ['approval', 'approve', sampleIds.approval, '--yes']],
    ['approval-decline', ['approval', 'decline', sampleIds.approval, '--yes', ...why]],
    ['approval-withdraw', ['approval', 'withdraw', sampleIds.approval]],
  ])('%s: a table for people, JSON for programs', async (name, argv) => {
    const plain = await machine.run(argv)
    expect(plain.exit).toBe(0)
    const json = await machine.run([...argv, '--json'])
    expect(JSON.parse(json.out)).toBeTypeOf('object')
    expect(`${plain.out}${json.out}${plain.err}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    // Keys are new in every run.
    const written = json.out.replace(/"(signature|keyId)": "[^"]*"/g, '"$1": "..."')
    await expect(`${plain.out}${plain.err}\n--json\n${written}`).toMatchFileSnapshot(`./golden/output/${name}.txt`)
  })
})

describe('a classification', () => {
  test.each([
    ['{', 'not JSON'],
    ['{}', 'fields are not right'],
    [JSON.stringify({ ...classification.terms, lines: [{ eccn: '9Z999' }] }), 'lines'],
    [JSON.stringify({ ...classification.terms, supersedes: 'FAL-0001' }), 'classification supersede FAL-0001'],
  ])('is read before anything is sent: %s', async (text, said) => {
    await writeFile(join(machine.workingFolder, 'wrong.json'), text)
    const { exit, err } = await machine.run(['classification', 'register', 'wrong.json', ...why])
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining(said) as string })
  })

  test('comes in the place of one, whatever the file says', async () => {
    const terms = JSON.stringify({ ...classification.terms, supersedes: 'FAL-0001' })
    await writeFile(join(machine.workingFolder, 'other.json'), terms)
    const { exit, err } = await machine.run(['classification', 'supersede', 'FAL-0042', 'other.json', ...why])
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining('want one or the other') as string })
  })
})

describe('closing a case', () => {
  test.each([
    [['--filing', 'VD-7']],
    [['--official', 'G. Holm']],
    [[]],
    [['--filing', 'VD-7', '--filed-on', '2026-06-03', ...why]],
  ])('wants a filing with its day or an official with a reason, and not both: %s', async (options) => {
    expect((await machine.run(['candidate', 'close', sampleIds.approval, ...options])).exit).not.toBe(0)
    expect(gate.changes).toEqual([])
  })
})

describe('a change to a person', () => {
  const ties = { citizenships: ['FR', 'DZ'], formerCitizenships: [], permanentResidencies: ['CA'] }
  test.each([
    [
      ['verify', 'ada', '--us-person', 'asylee', '--evidence', 'HR 1'],
      { change: 'verify-us-person', basis: 'asylee', evidenceRef: 'HR 1' },
      'proposals',
    ],
    [
      [
        'verify',
        'lucas',
        '--foreign-person',
        '--citizenship',
        'fr,DZ',
        '--permanent-residency',
        'CA',
        '--evidence',
        'x',
      ],
      { change: 'verify-foreign-person', ties, evidenceRef: 'x' },
      'proposals',
    ],
    [
      ['assign', 'ada', '--program', 'heron', '--purpose', 'design'],
      { change: 'assign', program: 'heron', purpose: 'design' },
      'proposals',
    ],
    [
      ['unassign', 'ada', '--program', 'heron', '--purpose', 'design'],
      { change: 'unassign', program: 'heron', purpose: 'design' },
      'changes',
    ],
    [
      ['tie', 'lucas', '--add', 'former-citizenship:RU'],
      { change: 'add-tie', tie: 'former-citizenship', country: 'RU' },
      'changes',
    ],
    [
      ['tie', 'lucas', '--remove', 'citizenship:FR'],
      { change: 'remove-tie', tie: 'citizenship', country: 'FR' },
      'proposals',
    ],
    [['fact', 'lucas', '--nda', '2026-05-01'], { change: 'record-nda', signedOn: '2026-05-01' }, 'proposals'],
    [['fact', 'ada', '--nda', '2026-05-01'], { change: 'record-nda', signedOn: '2026-05-01' }, 'changes'],
    [['fact', 'lucas', '--no-nda'], { change: 'withdraw-nda' }, 'changes'],
    [['fact', 'lucas', '--no-regular-employee'], { change: 'end-regular-employment' }, 'changes'],
    [
      ['fact', 'lucas', '--employer', 'calder-aero'],
      { change: 'change-employer', employer: 'calder-aero' },
      'proposals',
    ],
    [['fact', 'ada', '--no-foreign-employer'], { change: 'clear-foreign-employer' }, 'proposals'],
    [['correct', 'ada', '--name', 'Ada Q.'], { change: 'correct', displayName: 'Ada Q.' }, 'changes'],
    [['review', 'ada'], { change: 'review' }, 'changes'],
  ])('%j is sent with the version that was seen, proposed or at once as it widens', async (argv, change, where) => {
    const { exit } = await machine.run(['person', ...argv, ...why])
    expect(exit).toBe(0)
    expect(gate.changes).toEqual([{ change, reason: 'sheet 3', version: 3 }])
    expect(gate.seen.at(-1)).toMatch(new RegExp(`/${where}$`))
  })

  test.each([
    ['a country of a U.S. person', ['verify', 'ada', '--us-person', 'lpr', '--citizenship', 'CN', '--evidence', 'x']],
    ['both statuses', ['verify', 'ada', '--us-person', 'lpr', '--foreign-person', '--evidence', 'x']],
    ['no basis of the law', ['verify', 'ada', '--us-person', 'h1b', '--evidence', 'x']],
    ['the United States as a tie', ['tie', 'lucas', '--add', 'citizenship:US']],
    ['no tie', ['tie', 'lucas']],
    ['two facts', ['fact', 'lucas', '--no-nda', '--foreign-employer']],
    ['no fact', ['fact', 'lucas']],
    ['no role', ['grant', 'lucas', 'king']],
  ])('with %s is refused before anything is sent', async (_, argv) => {
    const { exit, err } = await machine.run(['person', ...argv, ...why])
    expect(exit).toBe(1)
    expect(err).toMatch(/^cannot /)
    expect(gate.changes).toEqual([])
  })
})

describe('sallyport approval approve', () => {
  test('sends the digest that was shown, and only after yes', async () => {
    const said = await machine.run(['approval', 'approve', sampleIds.approval], { typed: 'no\n' })
    expect(said).toMatchObject({ exit: 1, out: '' })
    expect(gate.changes).toEqual([])
    await machine.run(['approval', 'approve', sampleIds.approval], { typed: 'yes\n' })
    expect(gate.changes).toEqual([{ digest: 'ab'.repeat(32) }])
  })

  test('declines what was shown, and only after yes', async () => {
    const argv = ['approval', 'decline', sampleIds.approval, ...why]
    expect(await machine.run(argv, { typed: 'no\n' })).toMatchObject({ exit: 1, out: '' })
    expect(gate.changes).toEqual([])
    await machine.run(argv, { typed: 'yes\n' })
    expect(gate.changes).toEqual([{ digest: 'ab'.repeat(32), reason: why[1] }])
  })

  test('says a refusal, and refuses what is no id', async () => {
    gate.refused.add('/approve')
    expect((await machine.run(['approval', 'approve', sampleIds.approval, '--yes'])).exit).toBe(3)
    expect((await machine.run(['approval', 'show', 'x'])).err).toContain('that is no id')
  })
})

describe('sallyport roster rule', () => {
  test.each([
    [['--review', 'engineer', '--months', '12'], { role: 'engineer', task: 'status-review', months: 12 }],
    [
      ['--review', 'officer', '--task', 'briefing', '--months', '0'],
      { role: 'officer', task: 'briefing', months: null },
    ],
  ])('%j is the same for everybody in the role', async (argv, sent) => {
    expect((await machine.run(['roster', 'rule', ...argv, ...why])).exit).toBe(0)
    expect(gate.changes).toEqual([{ setting: 'review-interval', ...sent, reason: 'sheet 3' }])
  })

  test.each([[[]], [['--review', 'engineer']], [['--foreign-employer-bars', 'maybe']]])('refuses %j', async (argv) => {
    expect((await machine.run(['roster', 'rule', ...argv, ...why])).exit).toBe(1)
    expect(gate.changes).toEqual([])
  })
})
