import { authorizationTerms, type Id } from '@sallyport/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { approvalsMigrations } from '../../approvals/index.ts'
import { approveAuthorization, authorizationsMigrations, registerAuthorization } from '../../authorizations/index.ts'
import { openMetrics, silentLogger } from '../../base/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../../roster/testing.ts'
import { listDueMails, noticesMigrations, resendDueMail, usualPace } from '../index.ts'
import { startMailServer, testMailer, type MailServer } from '../testing.ts'
import { lookForDue, sendDueMails, type DueMailDependencies } from './send-due-mails.ts'

let gate: TestGate
let server: MailServer
let officers: readonly Id<'person'>[]
let refused: string | null

beforeEach(async () => {
  gate = await openTestGate([approvalsMigrations, authorizationsMigrations, noticesMigrations])
  refused = null
  server = await startMailServer({
    refuse: (address) => (address === refused ? { code: 550, text: 'no such mailbox' } : null),
  })
  // Three officers, one who is an empowered official and nothing else, an engineer who owns a duty, an auditor.
  officers = await enlistOfficers(gate.database, 6)
  await gate.database.query("UPDATE person SET mail = 'o' || replace(id::text, '-', '') || '@calder.example'")
  for (const [at, role] of [
    [3, 'empowered-official'],
    [4, 'engineer'],
    [5, 'auditor'],
  ] as const) {
    await gate.database.query('UPDATE person SET roles = ARRAY[$2] WHERE id = $1', [officers[at], role])
  }
}, 60_000)
afterEach(async () => {
  await server.stop()
  await gate.stop()
})

const day = 86_400_000
const officer = (at: number): Id<'person'> => officers[at] as Id<'person'>
const addressOf = (at: number) => `o${officer(at).replaceAll('-', '')}@calder.example`
const deps = (): DueMailDependencies => ({
  ...gate,
  mailer: testMailer({ port: server.port }),
  publicUrl: 'https://gate.example',
  log: silentLogger,
  counted: openMetrics().counter({ name: 'sallyport_notices', help: 'Test.', labels: ['event', 'outcome'] }),
  pace: usualPace,
})
const round = async (): Promise<number> => {
  await lookForDue(deps())
  return await sendDueMails(deps(), new AbortController().signal)
}
const reached = () => server.received.flatMap(({ to }) => to).toSorted()
const tomorrow = () => gate.database.query('UPDATE due_mail SET day = day - 1')
const list = () => listDueMails(gate, gate.permit('approval.list', 'enclave', officer(0)))

/** A license that ends in so many days, with a duty of the engineer that is late. */
async function licensed(days: number, due: string | null): Promise<Id<'authorization'>> {
  const duty = { kind: 'duty' as const, id: 'p-1', text: 'Report.', owner: 'Ada', ownerId: officer(4) }
  const terms = authorizationTerms.parse({
    number: `DSP61-${days}`,
    kind: 'DSP-61',
    citation: '22 CFR 123.1(a)(3)',
    title: 'Valves of Falcon',
    parties: [{ id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' }],
    persons: [],
    countries: ['GB'],
    items: ['viii-h-1'],
    programs: ['kestrel'],
    purposes: ['design'],
    provisos: due === null ? [] : [{ ...duty, due }],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: new Date(gate.clock.now() + days * day - 3_600_000).toISOString(),
  })
  const permit = gate.permit('authorization.register', 'enclave', officer(0))
  const { authorization } = await registerAuthorization(gate, permit, terms)
  for (const at of [1, 2]) {
    const approving = gate.permit('authorization.approve', authorization.id, officer(at))
    await approveAuthorization(gate, approving, authorization.id, () => Promise.resolve(null))
  }
  return authorization.id
}
/** Another end, by the database's clock. */
const until = (id: Id<'authorization'>, days: number) =>
  gate.database.query(
    `UPDATE authorization_record SET version = version + 1, terms = jsonb_set(terms, '{validUntil}', to_jsonb($2::text)) WHERE id = $1`,
    [id, new Date(gate.clock.now() + days * day - 3_600_000).toISOString()],
  )

describe('mail about what is due', () => {
  test('goes to officers, officials and owners, one with all that is new, once, and to nobody else', async () => {
    await licensed(80, '2026-01-31')
    await licensed(25, null)
    await licensed(200, null)
    expect(await round()).toBe(5)
    expect(reached()).toEqual([0, 1, 2, 3, 4].map(addressOf).toSorted())
    const rawOf = (at: number) => server.received.find(({ to }) => to[0] === addressOf(at))?.raw ?? ''
    expect(rawOf(3)).toContain('Authorizations that expire in 90 days or less: 2\r\n')
    expect(rawOf(3)).toContain('Duties that are overdue: 1\r\n')
    // As it is read: no encoding that words could hide in.
    expect(rawOf(3)).toContain('Content-Transfer-Encoding: 7bit\r\n')
    // Of the owner only what they own.
    expect(rawOf(4)).not.toContain('expire')
    expect(rawOf(4)).toContain('Duties that are overdue: 1\r\n')
    // Nothing of the register, and nobody's name or id.
    for (const word of ['Falcon', 'DSP', 'harrier', 'Officer', ...officers]) {
      expect(rawOf(0).replaceAll(addressOf(0), '')).not.toContain(word)
    }
    expect(await round()).toBe(0)
    await tomorrow()
    expect(await round()).toBe(0)
    expect((await list()).map(({ state, matters }) => [state, matters]).toSorted()).toEqual([
      ['sent', 1],
      ['sent', 3],
      ['sent', 3],
      ['sent', 3],
      ['sent', 3],
    ])
  })

  test('tells each level once, and waits for the next day with what is new on a day that had a mail', async () => {
    const id = await licensed(80, null)
    expect(await round()).toBe(4)
    await until(id, 55)
    expect(await round()).toBe(0)
    await tomorrow()
    expect(await round()).toBe(4)
    await tomorrow()
    await until(id, 20)
    expect(await round()).toBe(4)
    const rows = await gate.database.query('SELECT count(DISTINCT matter) AS levels, count(*) AS told FROM due_notice')
    expect([Number(rows[0]?.['levels']), Number(rows[0]?.['told'])]).toEqual([3, 12])
  })

  test('is sent once by several processes that look and send at one moment', async () => {
    await licensed(80, null)
    await licensed(25, null)
    await Promise.all(Array.from({ length: 4 }, round))
    expect(reached()).toEqual([0, 1, 2, 3].map(addressOf).toSorted())
  })

  test('that failed is sent again when somebody asks for it, as the same message, on record', async () => {
    await licensed(80, null)
    refused = addressOf(3)
    expect(await round()).toBe(3)
    const [failed] = (await list()).filter(({ state }) => state === 'failed')
    expect(failed).toMatchObject({ recipient: officer(3), trouble: 'refused-recipient' })
    const resend = (mailId: string, by: number) =>
      resendDueMail(gate, gate.permit('notice.resend', 'enclave', officer(by)), mailId)
    const [sent] = (await list()).filter(({ state }) => state === 'sent')
    await expect(resend(sent?.id ?? '', 0)).rejects.toMatchObject({ code: 'conflict' })
    await expect(resend(failed?.id ?? '', 5)).rejects.toMatchObject({ code: 'refused' })
    refused = null
    await resend(failed?.id ?? '', 0)
    expect(await round()).toBe(1)
    expect(reached()).toEqual([0, 1, 2, 3].map(addressOf).toSorted())
    const kinds = (await gate.entriesAbout('person', officer(3))).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind.startsWith('due-mail'))).toEqual(['due-mail.failed', 'due-mail.sent'])
    await expect(resend(failed?.id ?? '', 0)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is given up where nobody is verified any more to read it', async () => {
    await licensed(80, null)
    await lookForDue(deps())
    await gate.database.query('UPDATE person SET mail = NULL WHERE id = $1', [officer(3)])
    expect(await sendDueMails(deps(), new AbortController().signal)).toBe(3)
    expect((await list()).filter(({ state }) => state !== 'sent')).toMatchObject([
      { recipient: officer(3), state: 'dropped', trouble: 'no-address' },
    ])
  })
})
