import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseId, parseLabel } from '@sallyport/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine, type Ran } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { makeLedger } from '../testing/ledger.ts'
import { sampleIds } from '../testing/records.ts'
import { createReleaseKey, sealFile } from '../tdf/index.ts'

let home: TestGate
let second: TestGate
let machine: Machine
beforeAll(async () => {
  home = await startTestGate()
  second = await startTestGate()
})
beforeEach(async () => {
  for (const gate of [home, second]) {
    gate.refused.clear()
    gate.files.clear()
    gate.hasConditions = false
    gate.alsoWrapTo = []
    gate.kind = 'sample'
    gate.state = 'founded'
  }
  home.alsoWrapTo = [second.url]
  machine = await signedInMachine(home)
  await signIn('second')
  await writeFile(at('plan.txt'), 'controlled words')
})
afterAll(async () => {
  await home.close()
  await second.close()
})

const at = (...parts: string[]): string => join(machine.workingFolder, ...parts)
const signIn = (profile: string, gate = second, as = 'ada'): Promise<Ran> =>
  machine.run(['login', '--gate', gate.url, '--ca', gate.certificate.certFile, '--as', as, '--profile', profile])
const split = (...more: string[]) =>
  machine.run(['file', 'protect', 'plan.txt', '--vault', 'falcon', '--also', 'second', ...more])
const open = (...more: string[]) => machine.run(['file', 'open', 'plan.txt', '-o', 'back.txt', ...more])
const rewraps = (gate: TestGate, from = 0) => gate.seen.slice(from).filter((one) => one.endsWith('/Rewrap')).length

describe('sallyport file protect --also', () => {
  test('seals for both gates, stores at the first, and file open asks each', async () => {
    const done = await split()
    expect(done).toMatchObject({ exit: 0, err: '' })
    expect(done.out).toContain(`They open only with the shares of ${home.url} and ${second.url}.`)
    expect([home.files.size, second.files.size]).toEqual([1, 0])
    const before = [rewraps(home), rewraps(second)]
    expect(await open('--json')).toMatchObject({ exit: 0, err: '' })
    expect(await readFile(at('back.txt'), 'utf8')).toBe('controlled words')
    expect([rewraps(home), rewraps(second)]).toEqual(before.map((count) => count + 1))
    const again = JSON.parse((await open('--json', '--force')).out) as { gates: string[]; decisionIds: string[] }
    expect(again.gates).toEqual([home.url, second.url])
    expect(again.decisionIds).toHaveLength(2)
  })

  test('inspect and verify show the splits', async () => {
    await split()
    const inspected = await machine.run(['file', 'inspect', 'plan.txt'])
    expect(inspected.out).toMatch(new RegExp(`^key 1 of 2 +${home.url} `, 'm'))
    expect(inspected.out).toMatch(new RegExp(`^key 2 of 2 +${second.url} `, 'm'))
    expect(inspected.out).toMatch(/^opens +only with the shares of all of these gates together$/m)
    const verified = await machine.run(['file', 'verify', 'plan.txt'])
    expect(verified.out).toContain(`only with the shares of ${home.url} and ${second.url}`)
    const { out } = await machine.run(['file', 'verify', 'plan.txt', '--json'])
    expect(JSON.parse(out)).toMatchObject({ gates: [home.url, second.url], isAsStored: true })
  })

  const cannot: readonly [string, () => void | Promise<unknown>, string][] = [
    ['the first gate takes no such files', () => void (home.alsoWrapTo = []), 'takes no such files'],
    ['the second gate does not know the labels', () => void second.refused.add('ByFqns'), 'does not know all of'],
    ['the second gate is being founded', () => void (second.state = 'founding'), 'it is being founded'],
    ['the profile is of the first gate', () => readd('second', home), 'that is where it is stored'],
    ['nobody is signed in there', () => machine.run(['logout', '--profile', 'second']), 'nobody is signed in there'],
    ['there is no such profile', () => machine.run(['logout', '--forget', '--profile', 'second']), '--profile second'],
  ]
  async function readd(profile: string, gate: TestGate): Promise<void> {
    await machine.run(['logout', '--forget', '--profile', profile])
    await signIn(profile, gate)
  }

  test.each(cannot)('protects nothing when %s', async (_, change, words) => {
    await change()
    const { exit, out, err } = await split()
    expect(exit).toBe(1)
    expect(out + err).toContain(words)
    expect([...home.files.values()].filter(({ content }) => content !== null)).toEqual([])
  })

  test('protects nothing with a gate that names the key of another place', async () => {
    const { origin, keys } = second.ledger
    const described = {
      name: 'Second',
      kind: 'sample',
      state: 'founded',
      readyForControlledData: false,
      publicUrl: second.url,
      version: '0.1.0',
      wrappingKey: { url: 'https://evil.example/kas', kid: 'k1', algorithm: 'ec:secp256r1', publicKeyPem: 'any' },
      ledger: { origin, keys, receiptKey: keys[0] },
      signIn: null,
    }
    second.once.set('/enclave', { status: 200, body: JSON.stringify(described) })
    expect(await split()).toMatchObject({
      exit: 1,
      err: expect.stringContaining('its key is for https://evil.example/kas'),
    })
    expect(home.files.size).toBe(0)
  })

  test('protects nothing with a gate whose ledger is not the one that was pinned', async () => {
    const { ledger } = second
    second.ledger = makeLedger(['{"n":0}'])
    const { exit, err } = await split()
    second.ledger = ledger
    expect(exit).toBe(1)
    expect(err).toContain('the keys of its ledger have changed since first contact')
    expect(home.files.size).toBe(0)
  })

  test('splits no file of a real enclave with a sample', async () => {
    const path = join(machine.home, '.config', 'sallyport', 'default.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"kind": "sample"', '"kind": "real"'), { mode: 0o600 })
    expect(await split()).toMatchObject({ exit: 1, err: expect.stringContaining('it is a sample enclave') })
  })
})

describe('sallyport file open of a split file', () => {
  test.each([
    ['first', () => home, 1, 0],
    ['second', () => second, 1, 1],
  ])('writes nothing when the %s gate refuses, and names it', async (_, refusing, atHome, atSecond) => {
    await split()
    refusing().refused.add('/Rewrap')
    const before = [home.seen.length, second.seen.length] as const
    const refused = await machine.run(['file', 'open', 'plan.txt', '-o', 'gone/'])
    expect(refused).toMatchObject({ exit: 3, out: '' })
    expect(refused.err).toContain(`Refused: open plan.txt at ${refusing().url}`)
    expect(existsSync(at('gone'))).toBe(false)
    expect([rewraps(home, before[0]), rewraps(second, before[1])]).toEqual([atHome, atSecond])
    const { out } = await open('--json')
    expect(JSON.parse(out)).toMatchObject({ refused: { what: `open plan.txt at ${refusing().url}` } })
    expect((await readdir(machine.workingFolder)).sort()).toEqual(['plan.txt'])
  })

  test('asks nobody when no profile is of the other gate, or nobody is signed in there', async () => {
    await split()
    const [file] = home.files.values()
    await writeFile(at('plan.txt.tdf'), file?.content ?? '')
    await machine.run(['logout', '--profile', 'second'])
    const before = [home.seen.length, second.seen.length]
    const signedOut = await machine.run(['file', 'open', 'plan.txt.tdf', '-o', 'back.txt'])
    expect(signedOut.exit).toBe(1)
    expect(signedOut.err).toContain(`cannot ask ${second.url}: nobody is signed in there`)
    expect(signedOut.err).toContain('`sallyport login --profile second`')
    await machine.run(['logout', '--forget', '--profile', 'second'])
    const unknown = await machine.run(['file', 'open', 'plan.txt.tdf', '-o', 'back.txt'])
    expect(unknown.exit).toBe(1)
    expect(unknown.err).toContain(
      `the file names the gate ${second.url}, want ${home.url} or the gate of another profile`,
    )
    expect([home.seen.length, second.seen.length]).toEqual(before)
    expect(existsSync(at('back.txt'))).toBe(false)
  })

  test('asks which profile when several are of the other gate, and takes the one that is named', async () => {
    await split()
    await signIn('second-as-lucas', second, 'lucas')
    const unclear = await open()
    expect(unclear).toMatchObject({ exit: 1, err: expect.stringContaining('want --also <profile>') })
    expect(await open('--also', 'second')).toMatchObject({ exit: 0 })
  })

  test('tells the words of each gate before anything is written', async () => {
    await split()
    second.hasConditions = true
    const unsaid = await open()
    expect(unsaid).toMatchObject({ exit: 3, out: '' })
    expect(unsaid.err).toContain('You are bound by: Use for co-development only.')
    expect(unsaid.err).toContain(`Refused: open plan.txt at ${second.url}`)
    expect(await open('--acknowledge')).toMatchObject({ exit: 0 })
  })

  test('names the profile of the gate that no longer takes a sign-in', async () => {
    await split()
    second.issuer.tokens.clear()
    const { exit, err } = await open()
    expect(exit).toBe(1)
    expect(err).toContain('`sallyport login --profile second`')
    expect(err).toContain(`(asked ${second.url})`)
    expect(existsSync(at('back.txt'))).toBe(false)
  })

  test('never calls an address that no profile is of, whatever else the file names', async () => {
    const uuid = parseId<'policy'>(sampleIds.entry)
    const label = parseLabel('https://aldebaran.example/attr/usml/value/iv-h-1')
    if (uuid === null || label === null) throw new TypeError('bad sample')
    const key = async (url: string) => ({
      url: `${url}/kas`,
      kid: 'k1',
      publicKeyPem: (await createReleaseKey()).publicKeyPem,
    })
    await sealFile({
      source: at('plan.txt'),
      target: at('evil.txt.tdf'),
      policy: { uuid, labels: [label.fqn] },
      kas: await key(home.url),
      also: [await key('https://evil.example')],
    })
    const before = [home.seen.length, second.seen.length]
    const { exit, err } = await machine.run(['file', 'open', 'evil.txt.tdf', '-o', 'back.txt'])
    expect(exit).toBe(1)
    expect(err).toContain('the file names the gate https://evil.example')
    expect([home.seen.length, second.seen.length]).toEqual(before)
  })
})
