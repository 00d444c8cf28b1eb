// Sharing over HTTP: it makes a file known and gives nobody anything.

import type { Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleLabel } from '../main/testing.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveShown, openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9730))
}, 60_000)
afterAll(() => stop())

const protect = (name: string) => protectedFile(client, name)
const ask = (by: string, { id }: Pick<ProtectedCopy, 'id'>, whom: { person: string } | { program: string }) =>
  client.ask(by, 'POST', `/files/${id}/shares`, { with: whom })
const shared = async (by: string, file: Pick<ProtectedCopy, 'id'>, whom: { person: string } | { program: string }) =>
  await client.done(api.fileShared, by, 'POST', `/files/${file.id}/shares`, { with: whom })
const seenBy = async (person: string) =>
  (await client.done(api.sharedFiles, person, 'GET', '/shared-files')).files.map(({ file }) => file.id)
const end = (by: string, { id }: Pick<ProtectedCopy, 'id'>, shareId: string) =>
  client.ask(by, 'POST', `/files/${id}/shares/${shareId}/end`)
const relabel = (id: string, label: string) =>
  client.done(api.fileReclassified, 'grace', 'POST', `/files/${id}/labels`, {
    add: [sampleLabel(label)],
    takeOff: [],
    designation: 'agency letter',
    reason: 'clause',
  })

describe('sharing a file', () => {
  test('makes it known to whom could open it, and tells the sharer whether they could and nothing of why', async () => {
    const file = await protect('nozzle.stp')
    const answers = []
    for (const person of ['Lin Zhao', 'James Calder', 'Eleanor Hughes', 'Noah Brandt', 'Grace Okafor']) {
      answers.push(await shared('ada', file, { person }))
    }
    expect(answers.map(({ couldOpen }) => couldOpen)).toEqual([true, true, false, false, false])
    expect(Object.keys(answers[2] ?? {}).sort()).toEqual(['couldOpen', 'receipt', 'shareId', 'with'])
    expect([await seenBy('lin'), await seenBy('james'), await seenBy('grace')]).toEqual([[file.id], [file.id], []])
    expect(await seenBy('eleanor')).toEqual([])
    expect(await seenBy('tomas')).toEqual([])
    const { files } = await client.done(api.sharedFiles, 'lin', 'GET', '/shared-files')
    expect(files).toMatchObject([
      { file: { name: 'nozzle.stp' }, shares: [{ by: { name: 'Ada Whitfield' }, program: null }] },
    ])
  })

  test('gives nobody anything: who could not open it does not, and does not hear of it in any list', async () => {
    const file = await protect('plan.stp')
    for (const person of ['Eleanor Hughes', 'Ben Ortega']) await shared('ada', file, { person })
    for (const person of ['eleanor', 'ben']) {
      expect(await openCopy(client, person, file)).toContain('PermissionDenied')
      for (const path of [`/files/${file.id}`, `/files/${file.id}/content`, `/files/${file.id}/shares`])
        expect((await client.ask(person, 'GET', path)).status).toBe(403)
      expect(await seenBy(person)).toEqual([])
    }
  })

  test('is done by whom could open it, with somebody else who is there, once', async () => {
    const file = await protect('own.stp')
    for (const person of ['ben', 'eleanor', 'grace', 'paula', 'omar', 'noah', 'stranger'])
      expect((await ask(person, file, { person: 'Lin Zhao' })).status).toBe(403)
    const statuses = async (...whom: Parameters<typeof ask>[2][]) => {
      const found: number[] = []
      for (const one of whom) found.push((await ask('ada', file, one)).status)
      return found
    }
    expect(await statuses({ person: 'Ada Whitfield' }, { person: 'Nobody Here' }, { person: 'Victor Hale' })).toEqual([
      400, 404, 404,
    ])
    expect(await statuses({ person: 'lin zhao' }, { person: 'Lin Zhao' }, { program: 'falcon' })).toEqual([
      200, 409, 200,
    ])
    await site.database.query(
      `UPDATE person SET display_name = 'Lin Zhao', version = version + 1 WHERE display_name = 'Tomás Rivera'`,
    )
    expect(await statuses({ person: 'Lin Zhao' })).toEqual([400])
    await site.database.query(
      `UPDATE person SET display_name = 'Tomás Rivera', version = version + 1 WHERE display_name = 'Lin Zhao' AND id NOT IN (SELECT person_id FROM file_share WHERE person_id IS NOT NULL)`,
    )
  })

  test('is on record: the share, and the decision about whom it is with, without their countries in the clear', async () => {
    const file = await protect('record.stp')
    const { shareId } = await shared('ada', file, { person: 'James Calder' })
    await sequenced(site)
    const rows = await site.database.query(
      `SELECT convert_from(bytes, 'UTF8')::jsonb AS entry FROM ledger_entries
        WHERE about_id = $1 AND (kind = 'file.shared' OR convert_from(bytes, 'UTF8')::jsonb->'body'->>'action' = 'file.receive')
        ORDER BY index`,
      [file.id],
    )
    expect(rows.map(({ entry }) => entry)).toMatchObject([
      { kind: 'file.shared', body: { share: shareId } },
      { kind: 'decision.permit', body: { attributes: { context: { door: 'share' } } } },
    ])
    const copies = await client.done(api.fileCopies, 'paula', 'GET', `/files/${file.id}/copies`)
    expect(copies.receivers).toEqual([])
  })

  test('with a program is with whoever is of it when they look', async () => {
    const file = await protect('group.stp')
    const { couldOpen } = await shared('ada', file, { program: 'falcon' })
    expect(couldOpen).toBe(null)
    expect(await seenBy('lin')).toContain(file.id)
    expect(await seenBy('eleanor')).toEqual([])
    expect(await seenBy('ben')).not.toContain(file.id)
    const move = (from: string, to: string) =>
      site.database.query(
        `UPDATE person_assignment SET program = $2 WHERE program = $1 AND person_id = (SELECT id FROM person WHERE display_name = 'Ben Ortega')`,
        [from, to],
      )
    await move('heron', 'falcon')
    expect(await seenBy('ben')).toContain(file.id)
    await move('falcon', 'heron')
    expect(await seenBy('ben')).not.toContain(file.id)
  })

  test('ends to be seen with a label that keeps somebody out, and with the file', async () => {
    const [noforn, gone] = [await protect('noforn.stp'), await protect('gone.stp')]
    for (const file of [noforn, gone]) await shared('ada', file, { person: 'James Calder' })
    await relabel(noforn.id, 'dissem/noforn')
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${gone.id}/deletion`, { reason: 'x' })
    expect(await seenBy('james')).toContain(gone.id)
    await approveShown(client, 'grace', approvalId)
    const seen = await seenBy('james')
    expect([seen.includes(noforn.id), seen.includes(gone.id)]).toEqual([false, false])
    expect((await ask('ada', gone, { person: 'Lin Zhao' })).status).toBe(403)
  })

  test('goes on in the record into which whom it was with was merged, and with an ended person nowhere', async () => {
    const file = await protect('merged.stp')
    await shared('ada', file, { person: 'Short-term engineer 1' })
    await shared('ada', file, { person: 'Short-term engineer 3' })
    const { people } = await client.done(api.people, 'grace', 'GET', '/people')
    const who = (name: string) => people.find((one) => one.name === name)
    const [kept, duplicate, leaver] = ['Short-term engineer 2', 'Short-term engineer 1', 'Short-term engineer 3'].map(
      who,
    )
    expect(await seenBy('guest-2')).not.toContain(file.id)
    const merge = {
      duplicate: { id: duplicate?.id, version: duplicate?.version },
      version: kept?.version,
      reason: 'one human being',
    }
    expect((await client.ask('grace', 'POST', `/people/${kept?.id}/merge`, merge)).status).toBe(200)
    expect(await seenBy('guest-2')).toContain(file.id)
    await client.ask('grace', 'POST', `/people/${leaver?.id}/end`, { kind: 'left', reason: 'last day' })
    const listed = await client.done(api.sharedFiles, 'guest-3', 'GET', '/shared-files')
    expect(listed.files).toEqual([])
  })
})

describe('taking a share back', () => {
  test('is done at once by whoever shared, or an officer, and by nobody else', async () => {
    const file = await protect('back.stp')
    const [one, other] = [
      await shared('ada', file, { person: 'Lin Zhao' }),
      await shared('ada', file, { program: 'falcon' }),
    ]
    for (const person of ['lin', 'tomas', 'paula', 'stranger'])
      expect((await end(person, file, one.shareId)).status).toBe(403)
    const elsewhere = await protect('elsewhere.stp')
    expect((await end('ada', elsewhere, one.shareId)).status).toBe(404)
    expect((await end('ada', file, one.shareId)).status).toBe(200)
    expect((await end('ada', file, one.shareId)).status).toBe(404)
    expect(await seenBy('lin')).toContain(file.id)
    expect((await end('henry', file, other.shareId)).status).toBe(200)
    expect(await seenBy('lin')).not.toContain(file.id)
  })

  test('stays possible to whom can no longer open the file', async () => {
    const file = await protect('kept-out.stp')
    const { shareId } = await shared('lin', file, { person: 'Ada Whitfield' })
    await relabel(file.id, 'program/heron')
    expect((await ask('lin', file, { program: 'falcon' })).status).toBe(403)
    expect((await end('lin', file, shareId)).status).toBe(200)
  })

  test('is seen by its sharer, and all of it by officers and auditors', async () => {
    const file = await protect('seen.stp')
    await shared('ada', file, { person: 'Lin Zhao' })
    await shared('lin', file, { person: 'Ada Whitfield' })
    const seen = async (person: string) =>
      (await client.done(api.fileShares, person, 'GET', `/files/${file.id}/shares`)).shares
        .map(({ by }) => by.name)
        .sort()
    expect(await seen('ada')).toEqual(['Ada Whitfield'])
    expect(await seen('lin')).toEqual(['Lin Zhao'])
    expect(await seen('tomas')).toEqual([])
    expect(await seen('paula')).toEqual(['Ada Whitfield', 'Lin Zhao'])
    expect(await seen('grace')).toEqual(['Ada Whitfield', 'Lin Zhao'])
  })
})

test('nobody buries what others share: 200 a day, however they are taken back, also many at once', async () => {
  const file = await protect('flood.stp')
  const me = (await client.done(api.me, 'tomas', 'GET', '/me')).person?.id as Id<'person'>
  const others = await site.database.query(
    `SELECT id FROM person WHERE display_name LIKE 'Short-term%' ORDER BY id LIMIT 1`,
  )
  await site.database.query(
    `INSERT INTO file_share (id, file_id, person_id, shared_by, ended_at, ended_by)
     SELECT gen_random_uuid(), $1, $2, $3, now(), $3 FROM generate_series(1, 198)`,
    [file.id, others[0]?.['id'], me],
  )
  // Of several files, which nothing else holds together.
  const files = []
  for (let n = 0; n < 8; n++) files.push(await protect(`flood-${n}.stp`))
  const statuses = await Promise.all(files.map(async (one) => (await ask('tomas', one, { program: 'falcon' })).status))
  expect(statuses.sort()).toEqual([200, 200, 429, 429, 429, 429, 429, 429])
})
