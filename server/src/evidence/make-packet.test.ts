import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, type Id } from '@sallyport/protocol'
import type { LedgerEntry } from '@sallyport/protocol/ledger'
import {
  maxTimestamps,
  verifyPacket,
  type PacketFacts,
  type PacketVerdict,
  type RunningHash,
} from '@sallyport/protocol/packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger, systemClock, systemRandomness } from '../base/index.ts'
import { manualClock } from '../base/testing.ts'
import { sha256, timestampCrypto, verifySignature, type StoredEntry } from '../ledger/index.ts'
import { stampOnce } from '../ledger/timestamps/stamp.ts'
import { startTestAuthority } from '../ledger/timestamps/testing.ts'
import { requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import { openCovering } from './timestamps.ts'
import { makePacket, packetTurns, type EvidenceDependencies, type PacketQuestion } from './index.ts'

let sample: SampleEnclave
let deps: EvidenceDependencies
beforeAll(async () => {
  sample = await sampleEnclave()
  deps = sample.enclave.evidence
  for (const [who, name] of [
    ['ada', 'falcon'],
    ['james', 'falcon'],
    ['ada', 'heron'],
    ['stranger', 'falcon'],
  ] as const) {
    await sample.decide(requestFor(who, 'file.protect', { kind: 'vault', id: sample.vaultId(name) }))
  }
  await sequenced()
})
afterAll(() => sample.stop())

async function permit(who = 'grace'): Promise<Permit<'ledger.read'>> {
  const decision = await sample.decide(requestFor(who, 'ledger.read', { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(`${who} may not read the ledger`)
  return decision.permit
}

const stampingDeps = {
  clock: systemClock,
  random: systemRandomness,
  log: silentLogger,
  failing: { set() {} },
  everyMs: 0,
}

const question = (change: Partial<PacketQuestion>): PacketQuestion => ({
  kind: 'person',
  id: null,
  fromMs: null,
  toMs: null,
  purpose: null,
  ...change,
})

interface Read {
  readonly bytes: Uint8Array
  readonly verdict: PacketVerdict
  readonly entries: readonly LedgerEntry[]
}

async function made(asked: PacketQuestion, change: Partial<EvidenceDependencies> = {}): Promise<Read> {
  const { stream, bytes: length } = await makePacket({ ...deps, ...change }, await permit(), asked)
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part as Uint8Array)
  const bytes = new Uint8Array(Buffer.concat(parts))
  expect(bytes.length).toBe(length)
  const entries: LedgerEntry[] = []
  const verdict = await verifyPacket(
    { size: bytes.length, read: async (at, count) => bytes.slice(at, at + count) },
    {
      keys: sample.enclave.ledger.evidence.keys,
      sha256,
      runningHash,
      verify: verifySignature,
      timestampCrypto,
      timestampRoots: null,
      onEntry: (_, entry) => entries.push(entry),
    },
  )
  return { bytes, verdict, entries }
}

function factsOf({ verdict }: Read): PacketFacts {
  if (verdict.verdict === 'altered') throw new Error(verdict.faults.map(({ text }) => text).join('; '))
  return verdict.facts
}

function runningHash(): RunningHash {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) }
}

async function sequenced(): Promise<void> {
  while ((await sample.enclave.ledger.sequenceOnce()) > 0);
}

async function everything(): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = []
  for await (const entry of sample.enclave.ledger.readEntries(0, Number.MAX_SAFE_INTEGER)) all.push(entry)
  return all
}

describe('makePacket()', () => {
  test('gives a person every entry that names them, and nothing else', async () => {
    const id = sample.id('ada')
    const read = await made(question({ id, purpose: 'annual audit' }))
    const { statement } = factsOf(read)
    const all = await everything()
    const expected = all.filter(({ bytes }) => Buffer.from(bytes).includes(id)).map((one) => one.id)
    expect(expected.length).toBeGreaterThan(2)
    // The decision that permitted this packet may be in the tree by now; it is after its checkpoint.
    expect(read.entries.map((one) => one.id)).toEqual(expected.slice(0, read.entries.length))
    expect(read.entries.length).toBe(expected.length)
    expect(statement.question).toMatchObject({ kind: 'person', id, name: 'Ada Whitfield', purpose: 'annual audit' })
    expect(statement.question.askedBy).toEqual({ id: sample.id('grace'), name: 'Grace Okafor' })
    expect(statement.names.people[id]).toBe('Ada Whitfield')
    expect(statement.policies).toHaveLength(1)
    expect(statement.legalData).toMatchObject({ isWhole: true })
  })

  test('gives a program, an authorization and a file what their texts choose', async () => {
    const program = await made(question({ kind: 'program', id: 'falcon' }))
    expect(factsOf(program).statement.selection.filter?.anyOf[0]).toMatch(/^"https:.*\/program\/value\/falcon"$/)
    expect(program.entries.some(({ about }) => about?.id === sample.vaultId('falcon'))).toBe(true)
    expect(program.entries.some(({ about }) => about?.id === sample.vaultId('heron'))).toBe(false)
    const authorizationId = await sample.authorizationId('TA-0042-26')
    const authorization = await made(question({ kind: 'authorization', id: authorizationId }))
    expect(factsOf(authorization).statement.question.name).toBe('TA-0042-26')
    expect(authorization.entries.length).toBeGreaterThan(0)
    const nothing = await made(question({ kind: 'file', id: '0190c0de-0000-7000-8000-000000000001' }))
    expect(factsOf(nothing).statement.selection).toMatchObject({ entries: 0 })
  })

  test('gives a period every entry between two positions, with the ones at its edges', async () => {
    const all = await everything()
    const [from, to] = [all[3]?.atMs ?? 0, all.at(-2)?.atMs ?? 0]
    const read = await made(question({ kind: 'period', fromMs: from, toMs: to }))
    const { selection } = factsOf(read).statement
    const inside = all.filter(({ atMs }) => atMs >= from && atMs < to)
    expect(selection.first).toBeLessThanOrEqual(inside[0]?.index ?? 0)
    expect(selection.end).toBeGreaterThan(inside.at(-1)?.index ?? 0)
    expect(read.entries.length).toBe(
      selection.end - selection.first + Number(selection.edges.before) + Number(selection.edges.after),
    )
    expect(selection.edges).toEqual({ before: selection.first > 0, after: true })
    const empty = await made(question({ kind: 'period', fromMs: 0, toMs: 1 }))
    expect(factsOf(empty).statement.selection).toMatchObject({ first: 0, end: 0, entries: 1 })
  })

  test('has no country of anybody in the clear, and opens nothing that is sealed', async () => {
    const read = await made(question({ kind: 'period', fromMs: 0, toMs: Date.now() + 60_000 }))
    expect(factsOf(read).statement.sealedEntries).toBeGreaterThan(0)
    const text = Buffer.from(read.bytes).toString()
    const canaries = ['citizenship', 'permanentResidencies', 'formerCitizenships', '"ties"']
    expect(canaries.filter((one) => text.includes(one))).toEqual([])
  })

  test('is on record before a byte leaves: who, what, how much, and the digest of the packet', async () => {
    const { stream } = await makePacket(deps, await permit('paula'), question({ id: sample.id('noah') }))
    stream.destroy()
    await sequenced()
    const [entry] = await sample.enclave.ledger.search({ kind: 'packet.made', limit: 1 })
    expect(entry).toMatchObject({
      actor: sample.id('paula'),
      about: { kind: 'person', id: sample.id('noah') },
      body: {
        question: { kind: 'person', id: sample.id('noah') },
        packetSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    const again = await made(question({ id: sample.id('noah') }))
    const { statementSha256, statement } = factsOf(again)
    await sequenced()
    const [last] = await sample.enclave.ledger.search({ kind: 'packet.made', limit: 1 })
    expect(last?.body['packetSha256']).toBe(Buffer.from(statementSha256).toString('hex'))
    expect(last?.body['filterSha256']).toBe(
      createHash('sha256').update(canonicalJson(statement.selection.filter)).digest('hex'),
    )
  })

  test('carries for each entry the first timestamp that covers it, of the authority that is configured', async () => {
    const authority = await startTestAuthority()
    const { database, enclave } = sample
    const { ca, url } = authority
    const stamp = async (): Promise<void> => {
      await sequenced()
      await database.query('UPDATE ledger_stamping SET next_at = now()')
      const stamping = { ...stampingDeps, database, ledger: enclave.ledger, authority: { url, ca, deadlineMs: 20_000 } }
      expect(await stampOnce(stamping, new AbortController().signal)).toBe('stamped')
    }
    try {
      await stamp()
      await stamp()
      const first = (await enclave.ledger.timestamps(-1)).stamps.map(({ size }) => size)
      await sample.decide(requestFor('ada', 'file.protect', { kind: 'vault', id: sample.vaultId('falcon') }))
      await stamp()
      const last = (await enclave.ledger.timestamps(-1)).stamps.at(-1)?.size ?? 0
      await permit()
      await sequenced()
      const asked = question({ id: sample.id('ada') })
      const read = await made(asked, { timestampRoots: `-----BEGIN PRIVATE KEY-----\nAA\n${ca}` })
      // Nothing of hers is between the first two.
      expect(factsOf(read).timestamps?.of.map(({ size }) => size)).toEqual([first[0], last])
      expect(Buffer.from(read.bytes).toString('latin1')).not.toContain('PRIVATE KEY')
      expect(Buffer.from(read.bytes).toString('latin1')).toContain('timestamps/authority.pem')
      expect(factsOf(await made(asked)).timestamps).toBeNull()
      const other = await readFile(join(authority.folder, 'another.pem'), 'utf8')
      expect(factsOf(await made(asked, { timestampRoots: other })).timestamps).toBeNull()
      await database.query('ALTER TABLE ledger_timestamp DISABLE TRIGGER USER')
      await database.query(
        'UPDATE ledger_timestamp SET answer = (SELECT answer FROM ledger_timestamp WHERE size = $1)',
        [first[0]],
      )
      await expect(made(asked, { timestampRoots: ca })).rejects.toThrow(`checkpoint of ${last} entries was altered`)
      await database.query('UPDATE ledger_timestamp SET note = (SELECT note FROM ledger_timestamp WHERE size = $1)', [
        first[0],
      ])
      await expect(made(asked, { timestampRoots: ca })).rejects.toMatchObject({
        code: 'unavailable',
        details: { disagreement: 'timestamp' },
      })
    } finally {
      await database.query('ALTER TABLE ledger_timestamp DISABLE TRIGGER USER')
      await database.query('DELETE FROM ledger_timestamp')
      await database.query('ALTER TABLE ledger_timestamp ENABLE TRIGGER USER')
      await authority.stop()
    }
  })

  test('tells whoever asked how far it is while it is made, and nobody else, and nothing afterwards', async () => {
    const turns = packetTurns(systemClock)
    const asker = sample.id('grace')
    const seen: unknown[] = []
    const { evidence } = deps.ledger
    async function* slowly(...asked: Parameters<typeof evidence.proven>) {
      for await (const one of evidence.proven(...asked)) {
        seen.push(turns.progress(asker))
        yield one
      }
    }
    const ledger = { ...deps.ledger, evidence: { ...evidence, proven: slowly } }
    const period = question({ kind: 'period', fromMs: 0, toMs: Date.now() + 60_000 })
    const { statement } = factsOf(await made(period, { turns, ledger }))
    const { end } = statement.selection
    expect(seen).toHaveLength(end)
    expect(seen.slice(1, 3)).toEqual([
      { done: 1, of: end },
      { done: 2, of: end },
    ])
    expect([turns.progress(sample.id('paula')), turns.progress(asker)]).toEqual([null, null])
  })

  test('takes one permit, once', async () => {
    const once = await permit()
    const { stream } = await makePacket(deps, once, question({ id: sample.id('ada') }))
    stream.destroy()
    await expect(makePacket(deps, once, question({ id: sample.id('ada') }))).rejects.toThrow('spent before')
  })

  test('refuses a reader who was ended since the decision, and keeps nothing', async () => {
    const held = await permit('paula')
    await sample.database.query(`UPDATE person SET roles = '{}' WHERE id = $1`, [sample.id('paula')]).catch(() => {})
    const stillThere = await sample.enclave.decisions.decide(requestFor('paula', 'ledger.read', { kind: 'enclave' }))
    expect(stillThere.effect).toBe('deny')
    await sequenced()
    const before = (await everything()).filter(({ kind }) => kind === 'packet.made').length
    await expect(makePacket(deps, held, question({ id: sample.id('ada') }))).rejects.toMatchObject({ code: 'refused' })
    await sequenced()
    expect((await everything()).filter(({ kind }) => kind === 'packet.made').length).toBe(before)
    expect((await readdir(deps.folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test.each([
    ['a period without an end', { kind: 'period', fromMs: 1 }, 'a period has two ends'],
    ['a period that ends before it begins', { kind: 'period', fromMs: 2, toMs: 1 }, 'ends before it begins'],
    ['a period with an id', { kind: 'period', id: 'x', fromMs: 1, toMs: 2 }, 'a period has no id'],
    ['a person without an id', { kind: 'person', id: null }, 'no id of a person'],
    ['a program that is no name', { kind: 'program', id: 'Falcon"' }, 'no name of a program'],
  ] as const)('refuses %s', async (_, change, text) => {
    await expect(makePacket(deps, await permit(), question(change))).rejects.toThrow(text)
  })

  test('refuses more than a packet holds', async () => {
    const limits = { entries: 3, bytes: 1024 ** 3 }
    const asked = question({ kind: 'period', fromMs: 0, toMs: Date.now() })
    await expect(makePacket({ ...deps, limits }, await permit(), asked)).rejects.toMatchObject({ code: 'too-large' })
    const few = { entries: 1000, bytes: 100 }
    await expect(makePacket({ ...deps, limits: few }, await permit(), asked)).rejects.toMatchObject({
      code: 'too-large',
    })
  })

  test('refuses a policy set that is not kept as it was', async () => {
    await sample.database.query(`UPDATE policy_set SET policy_text = policy_text || ' '`)
    const asked = makePacket(deps, await permit(), question({ id: sample.id('ada') }))
    await expect(asked).rejects.toThrow('are not kept')
    await sample.database.query(`UPDATE policy_set SET policy_text = left(policy_text, -1)`)
  })
})

describe('packetTurns()', () => {
  const [ada, lin, noah] = ['a', 'b', 'c'] as unknown as [Id<'person'>, Id<'person'>, Id<'person'>]

  test('lets one person make one at a time, and few people at once', () => {
    const turns = packetTurns(manualClock(), { atOnce: 2, entriesPerHour: 10 })
    const first = turns.begin(ada)
    expect(() => turns.begin(ada)).toThrow('one of yours is being made')
    turns.begin(lin)
    expect(() => turns.begin(noah)).toThrow('others are being made')
    first.end()
    expect(() => turns.begin(noah)).not.toThrow()
  })

  test('counts what a person was given in an hour, whatever came of it', () => {
    const clock = manualClock()
    const turns = packetTurns(clock, { atOnce: 2, entriesPerHour: 10 })
    const turn = turns.begin(ada)
    turn.count(6)
    expect(() => turn.count(6)).toThrow('you were given 10 entries in the last hour')
    turn.end()
    expect(() => turns.begin(ada)).toThrow('in the last hour')
    expect(() => turns.begin(lin)).not.toThrow()
    clock.advance(3_600_001)
    expect(() => turns.begin(ada)).not.toThrow()
  })
})

describe('openCovering()', () => {
  const chosen = (sizes: readonly number[], seen: readonly number[]) => {
    const covering = openCovering(sizes)
    for (const index of seen) covering.see(index)
    return covering.chosen()
  }

  test('chooses for each position the first size above it, once', () => {
    expect(chosen([3, 5, 9], [0, 2, 3, 4])).toEqual([3, 5])
    expect(chosen([3, 5, 9], [5])).toEqual([9])
    expect(chosen([3, 5, 9], [9, 20])).toEqual([])
    expect(chosen([], [0])).toEqual([])
  })

  test('keeps few of many, and the last', () => {
    const sizes = Array.from({ length: 1001 }, (_, n) => n + 1)
    const found = chosen(
      sizes,
      Array.from({ length: 1001 }, (_, n) => n),
    )
    expect(found.length).toBeLessThanOrEqual(maxTimestamps)
    expect(found.length).toBeGreaterThan(150)
    expect(found.at(-1)).toBe(1001)
  })
})
