// I10 over the whole ceremony of a real enclave: whatever order its steps come in, and wherever it is cut off, no officer, key
// or enclave is there without the step that makes it. Every step opens everything anew, as after a restart.

import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { Problem } from '@sallyport/protocol'
import { expect, test } from 'vitest'
import { openDatabase, silentLogger, type Config } from '../../server/src/base/index.ts'
import {
  attestFounder,
  closeFounding,
  enrollFounder,
  readFounding,
  type FoundingDependencies,
} from '../../server/src/founding/index.ts'
import { openKeystore } from '../../server/src/keys/index.ts'
import { openEnclave } from '../../server/src/main/index.ts'
import { initEnclave, type Step } from '../../server/src/main/init.ts'
import { openRealGround } from '../../server/src/main/real-ground.ts'
import { readEnclave } from '../../server/src/policy/index.ts'
import { makeFoundingSite, type FoundingSite } from '../founding-site.ts'

const names = ['Grace Okafor', 'Henry Walsh', 'Wanda Kowalski', 'Omar Haddad'] as const
const steps = ['ground', 'begin', 'keys', 'ledger', 'open', 'codes'] as const

type Act =
  | {
      readonly act: 'init'
      readonly resume: boolean
      readonly newCodes: boolean
      readonly cutAfter: Step['name'] | null
    }
  | { readonly act: 'void'; readonly who: string }
  | { readonly act: 'enroll'; readonly who: string; readonly as: string }
  | { readonly act: 'attest'; readonly by: string; readonly about: string }
  | { readonly act: 'close'; readonly by: string }

const who = fc.constantFrom(...names)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('init' as const),
      resume: fc.boolean(),
      newCodes: fc.boolean(),
      cutAfter: fc.option(fc.constantFrom(...steps)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('void' as const), who }) },
  {
    weight: 4,
    arbitrary: who.chain((name) =>
      fc.record({
        act: fc.constant('enroll' as const),
        who: fc.constant(name),
        as: fc.oneof({ weight: 4, arbitrary: fc.constant(name) }, who),
      }),
    ),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('attest' as const), by: who, about: who }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('close' as const), by: who }) },
)

/** A ceremony that would go through, with other acts strewn in. */
const ceremony = fc
  .tuple(
    fc.constantFrom(...steps, null),
    fc.array(fc.tuple(fc.nat(14), act), { maxLength: 10 }),
    fc.shuffledSubarray([...names], { minLength: 3 }),
  )
  .map(([cutAfter, strewn, enrolled]): Act[] => {
    const init = { act: 'init', newCodes: false } as const
    const acts: Act[] = [
      { ...init, resume: false, cutAfter },
      { ...init, resume: true, cutAfter: null },
      { ...init, resume: true, newCodes: true, cutAfter: null },
      ...enrolled.map((name): Act => ({ act: 'enroll', who: name, as: name })),
      ...enrolled.map((name, at): Act => ({
        act: 'attest',
        by: enrolled[at - 1] ?? enrolled.at(-1) ?? '',
        about: name,
      })),
      { act: 'close', by: enrolled[0] ?? '' },
    ]
    for (const [at, one] of strewn) acts.splice(at, 0, one)
    return acts
  })

/** What the acts so far can have led to. */
interface Model {
  readonly codes: Map<string, string>
  readonly told: Set<Step['name']>
  identities: Map<string, string>
  attested: Set<string>
  isClosed: boolean
  kids: string | null
}

class PowerCut extends Error {}

const caller = (subject: string) => ({ issuer: 'https://idp.example', subject, isNaturalPerson: true })

async function within<T>(site: FoundingSite, work: (deps: FoundingDependencies) => Promise<T>): Promise<T> {
  const ground = await openRealGround(site.config, silentLogger, null)
  try {
    return await work((await openEnclave(ground)).roster)
  } finally {
    await ground.close()
  }
}

async function perform(site: FoundingSite, model: Model, one: Act): Promise<void> {
  switch (one.act) {
    case 'init':
    case 'void': {
      const how = one.act === 'init' ? one : { resume: true, newCodes: false, cutAfter: null }
      const { codes } = await initEnclave({
        config: site.config,
        founders: site.founders,
        log: silentLogger,
        resume: how.resume,
        newCodes: how.newCodes,
        ...(one.act === 'void' ? { voided: one.who } : {}),
        tell: ({ name }) => {
          model.told.add(name)
          if (name === how.cutAfter) throw new PowerCut()
        },
      })
      for (const { founder, code } of codes) model.codes.set(founder, code)
      if (one.act === 'void' && codes.length > 0) {
        model.identities.delete(one.who)
        model.attested = new Set([...model.attested].filter((pair) => !pair.split('>').includes(one.who)))
      }
      return
    }
    case 'enroll':
      await within(site, (deps) => enrollFounder(deps, caller(one.as), model.codes.get(one.who) ?? ''))
      model.identities.set(one.who, one.as)
      return
    case 'attest':
      await within(site, async (deps) => {
        const founders = (await readFounding(deps.database, null))?.founders ?? []
        const id = (name: string) => founders.find(({ displayName }) => displayName === name)?.id
        const about = id(one.about)
        if (about === undefined) throw new Problem('not-found', 'nobody is a founder yet')
        const { displayName } = founders.find(({ identity }) => identity?.subject === one.by) ?? { displayName: '' }
        await attestFounder(deps, caller(one.by), { about, statement: 'met in person' })
        model.attested.add(`${displayName}>${one.about}`)
      })
      return
    case 'close':
      await within(site, (deps) => closeFounding(deps, caller(one.by)))
      model.isClosed = true
      return
  }
}

/** INVARIANT: I10. What is there is what the acts made, and nothing else. */
async function verify(site: FoundingSite, model: Model): Promise<void> {
  const database = await openDatabase(site.config.database, {
    poolSize: 1,
    applicationName: 'sallyport-test',
    log: silentLogger,
  })
  try {
    const hasTables = (await database.query("SELECT to_regclass('public.enclave') AS name"))[0]?.['name'] !== null
    const files = await readdir(site.config.data)
    expect(files.includes('keystore.json')).toBe(model.told.has('keys'))
    if (model.told.has('keys')) {
      const seal = {
        path: join(site.config.data, 'keystore.json'),
        secret: { kind: 'key-file', path: join(site.folder, 'secret.key') },
        random: () => new Uint8Array(),
      } as const
      const kids = (await openKeystore(seal)).list().map(({ kid }) => kid)
      model.kids ??= kids.join()
      expect(kids.join()).toBe(model.kids)
    }
    if (!hasTables) return
    expect((await database.query('SELECT 1 FROM ledger_head')).length).toBe(model.told.has('ledger') ? 1 : 0)
    expect((await database.query('SELECT 1 FROM policy_set')).length).toBe(model.told.has('open') ? 1 : 0)
    const enclave = await readEnclave(database)
    expect(enclave?.kind ?? null).toBe(model.isClosed ? 'real' : null)
    const people = await database.query('SELECT display_name, roles, status FROM person ORDER BY display_name')
    const bound = await database.query('SELECT 1 FROM identity_binding')
    if (!model.isClosed) {
      expect([people, bound]).toEqual([[], []])
      return
    }
    for (const { display_name: name, roles, status } of people) {
      const isAttested = [...model.attested].some(
        (pair) => pair.endsWith(`>${String(name)}`) && !pair.startsWith(String(name)),
      )
      const isVerified = model.identities.has(String(name)) && isAttested
      expect([name, status]).toEqual([name, isVerified ? 'us-person' : 'unverified'])
      if ((roles as string[]).includes('officer')) expect([name, isVerified]).toEqual([name, true])
    }
    expect(bound).toHaveLength(model.identities.size)
  } finally {
    await database.close()
  }
}

let closed = 0

test('no officer, key or enclave exists without its explicit step, wherever the ceremony is cut off', async () => {
  let port = 9850
  await fc.assert(
    fc.asyncProperty(ceremony, async (acts) => {
      const site = await makeFoundingSite((port += 2))
      const model: Model = {
        codes: new Map(),
        told: new Set(),
        identities: new Map(),
        attested: new Set(),
        isClosed: false,
        kids: null,
      }
      try {
        for (const one of acts) {
          await perform(site, model, one).catch((error: unknown) => {
            if (!(error instanceof Problem || error instanceof PowerCut)) throw error
          })
          await verify(site, model)
        }
        if (model.isClosed) closed++
      } finally {
        await site.stop()
      }
    }),
    { numRuns: 12 },
  )
  // Otherwise the property held of nothing.
  expect(closed).toBeGreaterThan(0)
}, 240_000)

test('of two processes that found at once one goes on, and there is one enclave', async () => {
  const site = await makeFoundingSite(9890)
  const other = await mkdtemp(join(site.folder, 'other-'))
  try {
    const outcomes = await Promise.all([
      foundInProcess(site, site.config.data),
      foundInProcess(site, site.config.data),
      foundInProcess(site, other),
    ])
    expect(outcomes.map(({ code }) => code).toSorted()).toEqual([0, 1, 1])
    const refused = outcomes.filter(({ code }) => code === 1)
    for (const { err } of refused) expect(err).toMatch(/cannot (begin ceremony|found here)/)
    const data = [site.config.data, other]
    const keystores = await Promise.all(data.map(async (one) => (await readdir(one)).includes('keystore.json')))
    expect(keystores.filter(Boolean)).toHaveLength(1)
    const winner: Config = { ...site.config, data: data[keystores.indexOf(true)] ?? '' }
    const elsewhere: Config = { ...site.config, data: data[keystores.indexOf(false)] ?? '' }
    const resumed = { founders: site.founders, log: silentLogger, resume: true, tell: () => undefined }
    await expect(initEnclave({ ...resumed, config: elsewhere })).rejects.toThrow(
      'does not hold the keys of this ledger',
    )
    const { status } = await initEnclave({
      config: winner,
      founders: site.founders,
      log: silentLogger,
      resume: true,
      tell: () => undefined,
    })
    expect(status.founders).toHaveLength(4)
  } finally {
    await rm(other, { recursive: true, force: true })
    await site.stop()
  }
}, 120_000)

function foundInProcess(site: FoundingSite, data: string): Promise<{ code: number | null; err: string }> {
  const argv = ['scripts/sallyport.ts', 'init', '--config', site.configFile, '--founders', site.foundersFile, '--json']
  const child = spawn(process.execPath, argv, {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, DATABASE_URL: site.config.database, SALLYPORT_DATA: data },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (part: Buffer) => (err += String(part)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, err })))
}
