import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Id, JsonObject } from '@sallyport/protocol'
import { approvalsMigrations, approve, requestApproval, withdrawRequest } from '../approvals/index.ts'
import { declineRow } from '../approvals/store.ts'
import { newId, openDatabase, openMetrics, silentLogger } from '../base/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../roster/testing.ts'
import {
  listNotices,
  noticesMigrations,
  sendNotices,
  startNotices,
  usualPace,
  type NoticesDependencies,
} from './index.ts'
import { claimNext, settle } from './store.ts'
import { startBetween, startMailServer, startRaw, testMailer, type MailServer } from './testing.ts'

let gate: TestGate
let server: MailServer
let officers: Id<'person'>[]
let asker: Id<'person'>
let subject: Id<'person'>
let first: Id<'person'>
let second: Id<'person'>
let third: Id<'person'>
const kind = 'test.widen'
const kinds = new Map([[kind, { role: 'officer' as const, phrase: 'A test of notices' }]])

beforeEach(async () => {
  gate = await openTestGate([approvalsMigrations, noticesMigrations])
  server = await startMailServer()
  officers = [...(await enlistOfficers(gate.database, 5))]
  await gate.database.query("UPDATE person SET mail = 'o' || replace(id::text, '-', '') || '@calder.example'")
  ;[asker, subject, first, second, third] = officers as [
    Id<'person'>,
    Id<'person'>,
    Id<'person'>,
    Id<'person'>,
    Id<'person'>,
  ]
}, 60_000)
afterEach(async () => {
  await server.stop()
  await gate.stop()
})

const addressOf = (person: Id<'person'>) => `o${person.replaceAll('-', '')}@calder.example`
const addresses = (people: readonly Id<'person'>[]) => people.map(addressOf).sort()
const never = new AbortController().signal

function deps(more: Partial<NoticesDependencies> = {}): NoticesDependencies {
  const metrics = openMetrics()
  return {
    ...gate,
    kinds,
    mailer: testMailer({ port: server.port }),
    publicUrl: 'https://gate.example',
    log: silentLogger,
    counted: metrics.counter({ name: 'sallyport_notices', help: 'Test.', labels: ['event', 'outcome'] }),
    pace: usualPace,
    ...more,
  }
}
const send = (more: Partial<NoticesDependencies> = {}) => sendNotices(deps(more), never)
/** The time of the next try has come. */
const wait = () => gate.database.query("UPDATE notice SET next_at = now() WHERE state = 'waiting'")
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function ask(lifetimeMs = 30 * 86_400_000, needed = 2): Promise<Id<'approval'>> {
  const wanted = { kind, change: { secret: 'Falcon' }, requestedBy: asker, needed, excluded: [subject], lifetimeMs }
  return (await gate.database.transaction((tx) => requestApproval(tx, gate, wanted))).requestId
}
const give = (requestId: Id<'approval'>, person: Id<'person'>, isOutdated = false) =>
  gate.database.transaction((tx) => approve(tx, gate, { requestId, kind, person, role: 'officer', isOutdated }))
const list = async () => (await listNotices(gate, gate.permit('approval.list', 'enclave', asker), null)).notices
const states = async () => (await list()).map(({ event, state, trouble }) => [event, state, trouble])
const recorded = async (requestId: Id<'approval'>) =>
  (await gate.entriesAbout('approval', requestId))
    .filter((one) => one.kind.startsWith('notice.'))
    .map((one): JsonObject => ({ kind: one.kind, ...one.body }))
const reached = () => server.received.flatMap(({ to }) => to).sort()
const idOf = (raw: string) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]

describe('sendNotices()', () => {
  test('tells each who may approve, once, and nobody else', async () => {
    // Of five: who asked and whom it is about are out. Three others have no standing, in three ways, and one has no address.
    const others = [...(await enlistOfficers(gate.database, 4))] as Id<'person'>[]
    await gate.database.query(
      "UPDATE person SET mail = 'o' || replace(id::text, '-', '') || '@calder.example' WHERE id = ANY ($1::uuid[])",
      [others.slice(0, 3)],
    )
    await gate.database.query("UPDATE person SET roles = '{engineer,administrator,auditor}' WHERE id = $1", [others[0]])
    await gate.database.query(
      `UPDATE person SET status = 'ended', ended_at = now(), ended_kind = 'left', ended_reason = '\\x00' WHERE id = $1`,
      [others[1]],
    )
    await gate.database.query('UPDATE person SET acts_for_foreign_employer = true WHERE id = $1', [others[2]])
    await gate.database.query('UPDATE roster_setting SET is_on = true')
    const request = await ask()
    expect(await send()).toBe(3)
    expect(reached()).toEqual(addresses([first, second, third]))
    expect(await send()).toBe(0)
    expect(server.received).toHaveLength(3)
    expect(await states()).toEqual(Array.from({ length: 3 }, () => ['asked', 'sent', null]))
    const entries = await recorded(request)
    expect(entries.map((one) => one['recipient']).sort()).toEqual([first, second, third].sort())
    for (const one of entries) expect(one).toMatchObject({ kind: 'notice.sent', event: 'asked', attempts: 1 })
  })

  test('says a fixed phrase, the request and where to look, and nothing of people or of the request', async () => {
    const request = await ask()
    await send()
    const raw = server.received[0]?.raw ?? ''
    expect(raw).toContain('A test of notices waits for your approval.')
    expect(raw).toContain('https://gate.example')
    expect(raw).toContain(`sallyport approval show ${request}`)
    expect(raw).toContain('Auto-Submitted: auto-generated\r\n')
    // As it is read: no encoding that words could hide in.
    expect(raw).toContain('Content-Transfer-Encoding: 7bit\r\n')
    // What would change, who asked, whom it is about, and anybody's name or id; the recipient's address stands in its field.
    const own = server.received[0]?.to[0] ?? ''
    const rest = raw.replaceAll(own, '')
    for (const word of ['Falcon', 'Officer', 'calder', ...officers]) expect(rest).not.toContain(word)
    expect(raw).toMatch(/^[\x20-\x7e\r\n]*$/)
    const entries = await gate.entriesAbout('approval', request)
    for (const { bytes } of entries) expect(Buffer.from(bytes).toString()).not.toContain('calder.example')
  })

  test('tells whoever asked how it ended, each ending in its own words', async () => {
    const pending = await ask()
    const executed = await ask(60_000, 1)
    const outdated = await ask()
    const withdrawn = await ask()
    const declined = await ask()
    const expired = await ask(1)
    await give(executed, first)
    await give(outdated, first, true)
    await gate.database.transaction((tx) => withdrawRequest(tx, gate, { requestId: withdrawn, kind, person: asker }))
    await gate.database.transaction((tx) => declineRow(tx, declined, { by: first, reason: 'it names calder' }))
    await pause(20) // until the last one has expired
    await send()
    const told = server.received.filter(({ to }) => to[0] === addressOf(asker)).map(({ raw }) => raw)
    expect(told).toHaveLength(5)
    for (const [id, words] of [
      [executed, 'It was approved and executed.'],
      [outdated, 'What it was for has changed since; it is void'],
      [withdrawn, 'It was withdrawn; nothing was changed.'],
      [declined, 'It was declined; nothing was changed.'],
      [expired, 'It expired; nothing was changed.'],
    ] as const) {
      expect(told.filter((raw) => raw.includes(id) && raw.includes(words))).toHaveLength(1)
    }
    // Only what still waits was told to those who may approve.
    const asked = server.received.filter(({ to }) => to[0] !== addressOf(asker)).map(({ raw }) => raw)
    expect(asked).toHaveLength(3)
    for (const raw of asked) expect(raw).toContain(pending)
    expect(await send()).toBe(0)
  })

  test('says nothing of what ended before it can have been told', async () => {
    const request = await ask()
    await gate.database.transaction((tx) => withdrawRequest(tx, gate, { requestId: request, kind, person: asker }))
    await gate.database.query("UPDATE approval_request SET closed_at = now() - interval '8 days'")
    expect(await send()).toBe(0)
  })

  test('reminds those who were asked a day before, one day before it expires, once, and not who approved since', async () => {
    const request = await ask()
    expect(await send()).toBe(3)
    await gate.database.query("UPDATE approval_request SET expires_at = now() + interval '23 hours'")
    expect(await send()).toBe(0)
    await gate.database.query("UPDATE notice SET made_at = now() - interval '25 hours'")
    await give(request, first)
    expect(await send()).toBe(2)
    expect(
      server.received
        .slice(3)
        .flatMap(({ to }) => to)
        .sort(),
    ).toEqual(addresses([second, third]))
    expect(server.received.at(-1)?.raw).toContain('expires soon')
    expect(await send()).toBe(0)
  })

  test('sends nothing to somebody who lost the role, the address, or the reason since', async () => {
    const request = await ask()
    await server.stop()
    expect(await send()).toBe(0)
    server = await startMailServer({ port: server.port })
    await gate.database.query("UPDATE person SET roles = '{engineer}' WHERE id = $1", [first])
    await gate.database.query('UPDATE person SET mail = NULL WHERE id = $1', [second])
    await give(request, third)
    await wait()
    expect(await send()).toBe(0)
    expect(server.asked).toEqual([])
    const entries = await recorded(request)
    expect(new Map(entries.map((one) => [one['recipient'], [one['kind'], one['trouble']]]))).toEqual(
      new Map([
        [first, ['notice.dropped', 'not-eligible']],
        [second, ['notice.dropped', 'no-address']],
        [third, ['notice.dropped', 'not-eligible']],
      ]),
    )
  })

  test('sends nothing about a request that was closed since', async () => {
    const request = await ask()
    await server.stop()
    await send()
    server = await startMailServer({ port: server.port })
    await gate.database.transaction((tx) => withdrawRequest(tx, gate, { requestId: request, kind, person: asker }))
    await wait()
    expect(await send()).toBe(1)
    expect(reached()).toEqual([addressOf(asker)])
    const trouble = (await list()).filter(({ event }) => event === 'asked').map((one) => [one.state, one.trouble])
    expect(trouble).toEqual(Array.from({ length: 3 }, () => ['dropped', 'request-closed']))
  })

  test('loses nothing while the mail server is down, and sends each once when it is back', async () => {
    await ask()
    await server.stop()
    expect(await send()).toBe(0)
    expect(await states()).toContainEqual(['asked', 'waiting', 'unreachable'])
    server = await startMailServer({ port: server.port })
    await wait()
    expect(await send()).toBe(3)
    expect(server.received).toHaveLength(3)
    expect(new Set(server.received.map(({ raw }) => idOf(raw)))).toHaveLength(3)
  })

  test('tries again what was put off, gives up what was refused for good, and the others get theirs', async () => {
    const request = await ask()
    await server.stop()
    let code = 450
    const refuse = (address: string) => (address === addressOf(first) ? { code, text: `no <${address}>` } : null)
    server = await startMailServer({ refuse })
    expect(await send()).toBe(2)
    expect((await list()).find(({ recipient }) => recipient === first)).toMatchObject({
      state: 'waiting',
      trouble: 'deferred',
      attempts: 1,
    })
    await wait()
    code = 550
    expect(await send()).toBe(0)
    expect((await list()).find(({ recipient }) => recipient === first)).toMatchObject({
      state: 'failed',
      trouble: 'refused-recipient',
      attempts: 2,
      nextAtMs: null,
    })
    const entries = await recorded(request)
    expect(entries).toContainEqual({
      kind: 'notice.failed',
      event: 'asked',
      recipient: first,
      attempts: 2,
      trouble: 'refused-recipient',
    })
    await wait()
    expect(await send()).toBe(0)
    expect(server.asked.filter((one) => one === addressOf(first))).toHaveLength(2)
  })

  test('waits twice as long after each try, and gives up after the last', async () => {
    await ask()
    await server.stop()
    const pace = { ...usualPace, firstWaitMs: 60_000, mostWaitMs: 200_000, mostAttempts: 4 }
    const waits: number[] = []
    for (let round = 0; round < 3; round++) {
      await gate.database.query("UPDATE notice SET next_at = now() + interval '1 hour' WHERE state = 'waiting'")
      await gate.database.query(
        'UPDATE notice SET next_at = now() WHERE recipient = (SELECT min(recipient::text)::uuid FROM notice)',
      )
      await send({ pace })
      const [row] = await gate.database.query(
        'SELECT extract(epoch FROM next_at - now()) AS s FROM notice WHERE attempts > 0',
      )
      waits.push(Math.round(Number(row?.['s']) / 10) * 10)
    }
    expect(waits).toEqual([60, 120, 200])
    await gate.database.query('UPDATE notice SET next_at = now() WHERE attempts > 0')
    await send({ pace })
    expect(await states()).toContainEqual(['asked', 'failed', 'unreachable'])
  })

  test('delivers again what was cut off before the answer, recognizably the same', async () => {
    await ask()
    let isAfterData = false
    const between = await startBetween(server.port, (said) => {
      const isCut = isAfterData && /^250/m.test(said)
      isAfterData = /^354/m.test(said)
      return isCut
    })
    expect(await send({ mailer: testMailer({ port: between.port }) })).toBe(0)
    await between.stop()
    expect(server.received).toHaveLength(1)
    expect(await states()).toContainEqual(['asked', 'waiting', 'cut'])
    await wait()
    expect(await send()).toBe(3)
    expect(server.received).toHaveLength(4)
    const ids = server.received.map(({ raw }) => idOf(raw))
    expect(new Set(ids)).toHaveLength(3)
    expect(ids.slice(1)).toContain(ids[0])
  })

  test('cut off before the message: nothing arrived, and it is sent once', async () => {
    await ask()
    const between = await startBetween(server.port, (said) => /^354/m.test(said))
    expect(await send({ mailer: testMailer({ port: between.port }) })).toBe(0)
    await between.stop()
    expect(server.received).toHaveLength(0)
    await wait()
    expect(await send()).toBe(3)
    expect(server.received).toHaveLength(3)
  })

  test('two gates that send at once send each once between them', async () => {
    for (let more = 0; more < 6; more++) await ask()
    const settings = { poolSize: 4, applicationName: 'other', log: silentLogger }
    const other = await openDatabase(gate.connection, settings)
    const both = await Promise.all([send(), send({ database: other }), send(), send({ database: other })])
    expect(both.reduce((sum, one) => sum + one, 0)).toBe(18)
    expect(server.received).toHaveLength(18)
    expect(new Set(server.received.map(({ raw }) => idOf(raw)))).toHaveLength(18)
    await other.close()
  })

  test('what a process took and died with is taken by another, and what it still does counts for nothing', async () => {
    await ask()
    await send({ mailer: testMailer({ port: 1 }) })
    await wait()
    const dead = await claimNext(gate.database, 60_000)
    if (dead === null) throw new Error('nothing to take')
    expect(await send()).toBe(2)
    expect(await send()).toBe(0)
    // Its lease is over.
    await wait()
    expect(await send()).toBe(1)
    expect(reached()).toHaveLength(3)
    const late = gate.database.transaction((tx) =>
      settle(tx, dead, 'failed', 'cut', newId<'entry'>(gate.clock, gate.random)),
    )
    expect(await late).toBe(false)
    expect(await states()).toEqual(Array.from({ length: 3 }, () => ['asked', 'sent', null]))
  })

  test('sends nothing that could not be recorded, and marks nothing sent of which the entry failed', async () => {
    await ask()
    const halted = { ...gate.ledger, head: () => Promise.reject(new Error('halted')) }
    await expect(send({ ledger: halted })).rejects.toThrow('halted')
    expect(server.received).toHaveLength(0)
    const full = { ...gate.ledger, appendIn: () => Promise.reject(new Error('no room')) }
    await expect(send({ ledger: full })).rejects.toThrow('no room')
    expect(server.received).toHaveLength(1)
    expect((await states()).map(([, state]) => state)).toEqual(['waiting', 'waiting', 'waiting'])
    await wait()
    expect(await send()).toBe(3)
    expect(new Set(server.received.map(({ raw }) => idOf(raw)))).toHaveLength(3)
  })
})

describe('startNotices()', () => {
  test('holds up no approval while the mail server hangs, and stops at once', async () => {
    const request = await ask(60_000, 1)
    let isReached = (): void => {}
    const isConnected = new Promise<void>((resolve) => (isReached = resolve))
    const hanging = await startRaw(() => isReached())
    const sender = startNotices(deps({ mailer: testMailer({ port: hanging.port, deadlineMs: 600_000 }) }), {
      intervalMs: 10,
    })
    await isConnected
    expect(await give(request, first)).toMatchObject({ isComplete: true })
    await gate.database.query("UPDATE person SET roles = '{engineer}' WHERE id = $1", [first])
    await sender.stop()
    expect((await states()).every(([, state]) => state === 'waiting')).toBe(true)
    await hanging.stop()
  })

  test('goes on when the database was away for a round', async () => {
    await ask()
    let tries = 0
    const flaky = {
      ...gate.ledger,
      head: () => (tries++ < 2 ? Promise.reject(new Error('away')) : gate.ledger.head()),
    }
    const sender = startNotices(deps({ ledger: flaky }), { intervalMs: 10 })
    while (server.received.length < 3) await pause(10)
    await sender.stop()
    expect(server.received).toHaveLength(3)
  })
})

test('listNotices() refuses a permit for something else', async () => {
  const wrong = gate.permit('approval.list', asker, asker)
  await expect(listNotices(gate, wrong, null)).rejects.toMatchObject({ code: 'refused' })
})
