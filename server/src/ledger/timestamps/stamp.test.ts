import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLogger, systemClock, systemRandomness } from '../../base/index.ts'
import { openLedger } from '../index.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../testing.ts'
import { askAuthority } from './ask-authority.ts'
import { stampOnce, startStamping, type StampingDependencies } from './stamp.ts'
import { openssl, startTestAuthority, type TestAuthority } from './testing.ts'

let authority: TestAuthority
let temporary: TemporaryLedger
let honest: TestAuthority['answer']
beforeAll(async () => {
  authority = await startTestAuthority()
  temporary = await temporaryLedger()
  honest = authority.answer
}, 120_000)
afterAll(async () => {
  await temporary.stop()
  await authority.stop()
})
beforeEach(async () => {
  authority.answer = honest
  authority.asked = 0
  await sql('UPDATE ledger_stamping SET next_at = now()')
  await temporary.ledger.append(testDraft(1))
  await temporary.ledger.sequenceOnce()
})

const never = new AbortController().signal
const sql = (text: string) => temporary.options.database.query(text)
const deps = (change: Partial<StampingDependencies['authority']> = {}, everyMs = 0): StampingDependencies => ({
  database: temporary.options.database,
  ledger: temporary.ledger,
  clock: systemClock,
  random: systemRandomness,
  log: silentLogger,
  authority: { url: authority.url, ca: authority.ca, deadlineMs: 20_000, ...change },
  failing: { set() {} },
  everyMs,
})
const troubleOf = async (change: Partial<StampingDependencies['authority']> = {}): Promise<unknown> => {
  const asked = await askAuthority(
    { ...deps().authority, ...change },
    { note: 'a note\n', nowMs: systemClock.now() },
    systemRandomness,
    never,
  )
  return 'trouble' in asked ? asked.trouble : 'none'
}

describe('a timestamp', () => {
  test('is kept beside its checkpoint, on record, and OpenSSL takes both', async () => {
    expect(await stampOnce(deps(), never)).toBe('stamped')
    const { stamps, trouble } = await temporary.ledger.timestamps(-1)
    const [stamp] = stamps
    expect(trouble).toBeNull()
    await writeFile(join(authority.folder, 'note'), stamp?.note ?? '')
    await writeFile(join(authority.folder, 'kept.tsr'), stamp?.answer ?? '')
    const verifying = ['ts', '-verify', '-data', 'note', '-in', 'kept.tsr', '-CAfile', 'root.pem']
    await openssl(authority.folder, ...verifying)
    await writeFile(join(authority.folder, 'note'), `${stamp?.note ?? ''} `)
    await expect(openssl(authority.folder, ...verifying)).rejects.toThrow('Command failed')
    await temporary.ledger.sequenceOnce()
    const [entry] = await temporary.ledger.search({ kind: 'checkpoint.stamped', limit: 10 })
    expect(entry).toMatchObject({ id: stamp?.entryId, about: { kind: 'checkpoint', id: String(stamp?.size) } })
    await expect(sql("UPDATE ledger_timestamp SET note = ''")).rejects.toThrow('append-only')
  })

  test('is asked for once in an interval, by one of several processes', async () => {
    const before = (await temporary.ledger.timestamps(-1)).stamps.length
    const other = { ...deps(), ledger: await openLedger(temporary.options) }
    const outcomes = await Promise.all([deps(), other, deps()].map((one) => stampOnce(one, never)))
    // Whoever comes while one asks has no turn; whoever comes after it finds nothing new.
    expect(outcomes.filter((one) => one === 'stamped')).toHaveLength(1)
    expect(outcomes.filter((one) => one !== 'not-due' && one !== 'nothing-new')).toEqual(['stamped'])
    expect(authority.asked).toBe(1)
    await temporary.ledger.append(testDraft(2))
    await temporary.ledger.sequenceOnce()
    expect(await stampOnce(deps({}, 3_600_000), never)).toBe('not-due')
    expect((await temporary.ledger.timestamps(-1)).stamps).toHaveLength(before + 1)
  })

  test('is asked for on no checkpoint of an empty ledger', async () => {
    const empty = await temporaryLedger()
    const asking = { ...deps(), database: empty.options.database, ledger: empty.ledger }
    expect(await stampOnce(asking, never)).toBe('nothing-new')
    expect(authority.asked).toBe(0)
    await empty.stop()
  })

  test('is asked for on no checkpoint that has one', async () => {
    expect(await stampOnce(deps(), never)).toBe('stamped')
    expect(await stampOnce(deps(), never)).toBe('nothing-new')
    expect(authority.asked).toBe(1)
  })

  test.each(['good', 'rsa', 'by-an-intermediate'] as const)('by a signer that is %s is taken', async (signer) => {
    authority.answer = async (question, response) => void response.end(await authority.reply(question, signer))
    expect(await troubleOf()).toBe('none')
  })

  test('is asked for over TLS, of a server whose certificate comes from the roots or from those of the system, and of no other', async () => {
    const url = authority.tlsUrl
    expect(await troubleOf({ url })).toBe('none')
    expect(authority.asked).toBe(1)
    const ca = await readFile(join(authority.folder, 'another.pem'), 'utf8')
    expect(await troubleOf({ url, ca })).toBe('unreachable')
    // The name in the certificate is the address; another name of the same machine is not.
    expect(await troubleOf({ url: url.replace('127.0.0.1', 'localhost') })).toBe('unreachable')
    expect(authority.asked).toBe(1)
  })

  test('is taken as it was signed anew by a certificate for timestamps', async () => {
    authority.answer = async (question, response) => void response.end(await authority.forge(question, 'good'))
    expect(await troubleOf()).toBe('none')
  })
})

describe('is refused by name', () => {
  test.each([
    ['other-root', 'not-of-the-roots'],
    ['below-a-leaf', 'not-of-the-roots'],
    ['below-a-program', 'not-of-the-roots'],
    ['expired', 'expired'],
  ] as const)('signed by one that is %s: %s', async (signer, trouble) => {
    authority.answer = async (question, response) => void response.end(await authority.reply(question, signer))
    expect(await troubleOf()).toBe(trouble)
  })

  test.each(['no-use', 'more-uses', 'uncritical'] as const)('signed by a certificate with %s', async (signer) => {
    authority.answer = async (question, response) => void response.end(await authority.forge(question, signer))
    expect(await troubleOf()).toBe('not-for-timestamps')
  })

  test('for other bytes, with another nonce, without certificate, rejected', async () => {
    const { folder } = authority
    await writeFile(join(folder, 'other'), 'other bytes')
    await writeFile(join(folder, 'same'), 'a note\n')
    const query = async (data: string, ...how: string[]): Promise<Uint8Array> => {
      await openssl(folder, 'ts', '-query', '-data', data, '-sha256', ...how, '-out', 'own.tsq')
      return new Uint8Array(await readFile(join(folder, 'own.tsq')))
    }
    const answering = async (question: Uint8Array): Promise<unknown> => {
      authority.answer = async (_, response) => void response.end(await authority.reply(question))
      return await troubleOf()
    }
    expect(await answering(await query('other', '-cert'))).toBe('other-bytes')
    expect(await answering(await query('same', '-cert'))).toBe('other-nonce')
    expect(await answering(await query('same', '-cert', '-no_nonce'))).toBe('other-nonce')
    expect(await answering(Uint8Array.of(1, 2, 3))).toBe('rejected')
    authority.answer = async (question, response) => {
      const without = question.slice(0, -3)
      without[1] = (without[1] ?? 0) - 3
      response.end(await authority.reply(without))
    }
    expect(await troubleOf()).toBe('no-certificate')
  })

  test('with any octet of what is signed or signs altered', async () => {
    let altered = 0
    authority.answer = async (question, response) => {
      const answer = await authority.reply(question)
      // The signature is at the end; before it are the signed attributes.
      answer[answer.length - altered] = (answer[answer.length - altered] ?? 0) ^ 1
      response.end(answer)
    }
    for (altered of [1, 10, 40, 100, 140])
      expect({ altered, trouble: await troubleOf() }).not.toMatchObject({ trouble: 'none' })
  })

  test('at a time that the clock here contradicts', async () => {
    const nowMs = systemClock.now() - 3_600_000
    const asked = await askAuthority(deps().authority, { note: 'x\n', nowMs }, systemRandomness, never)
    expect(asked).toEqual({ trouble: 'implausible-time' })
  })

  test('from an authority that says nothing, garbage, 500, too much, sends elsewhere, or is not there', async () => {
    authority.answer = async () => {}
    expect(await troubleOf({ deadlineMs: 300 })).toBe('timeout')
    authority.answer = async (_, response) => {
      response.writeHead(200)
      response.write('x')
    }
    expect(await troubleOf({ deadlineMs: 300 })).toBe('timeout')
    authority.answer = async (_, response) => void response.end('garbage')
    expect(await troubleOf()).toBe('no-answer-of-an-authority')
    authority.answer = async (_, response) => void response.writeHead(500).end('an error')
    expect(await troubleOf()).toBe('refused-by-status')
    authority.answer = async (_, response) => void response.writeHead(302, { location: authority.url }).end()
    expect(await troubleOf()).toBe('refused-by-status')
    authority.answer = async (_, response) => void response.end(new Uint8Array(70_000))
    expect(await troubleOf()).toBe('too-large')
    authority.answer = async (_, response) => void response.destroy()
    expect(await troubleOf()).toBe('unreachable')
    const free = createServer()
    await new Promise<void>((resolve) => void free.listen(0, '127.0.0.1', resolve))
    const address = free.address()
    await new Promise((resolve) => free.close(resolve))
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await troubleOf({ url: `http://127.0.0.1:${port}/` })).toBe('unreachable')
  })
})

describe('startStamping()', () => {
  test('waits after a failure, says why, and comes to one once the authority answers again; the ledger goes on', async () => {
    const before = (await temporary.ledger.timestamps(-1)).stamps.length
    authority.answer = async (_, response) => void response.writeHead(500).end()
    expect(await stampOnce(deps(), never)).toBe('postponed')
    expect(await stampOnce(deps(), never)).toBe('not-due')
    expect(authority.asked).toBe(1)
    expect(await temporary.ledger.timestamps(-1)).toMatchObject({ trouble: 'refused-by-status' })
    authority.answer = honest
    await sql('UPDATE ledger_stamping SET next_at = now()')
    const stamping = startStamping(deps({}, 3_600_000_000), { intervalMs: 10 })
    const none = startStamping(deps(), { intervalMs: 10 })
    await vi.waitFor(
      async () => expect((await temporary.ledger.timestamps(-1)).stamps.length).toBeGreaterThan(before),
      {
        timeout: 20_000,
      },
    )
    await stamping.stop()
    await none.stop()
    expect(await temporary.ledger.timestamps(-1)).toMatchObject({ trouble: null })
  })

  test('holds up no entry while the authority hangs, and stops at once', async () => {
    let isReached = (): void => {}
    const reached = new Promise<void>((resolve) => (isReached = resolve))
    authority.answer = async () => isReached()
    const stamping = startStamping(deps({ deadlineMs: 600_000 }), { intervalMs: 10 })
    await reached
    const { receipt } = await temporary.ledger.append(testDraft(9))
    expect(await temporary.ledger.sequenceOnce()).toBeGreaterThan(0)
    expect(await temporary.ledger.receiptStatus(receipt)).toMatchObject({ state: 'in-tree' })
    await stamping.stop()
  })
})
