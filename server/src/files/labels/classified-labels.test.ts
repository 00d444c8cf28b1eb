// What labels mean by the records that they stand on, over a whole sample enclave: in decisions, now and as of a moment.

import type { ClassificationTerms, Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveApproval } from '../../approvals/index.ts'
import { registerClassification, withdrawClassification, type Classification } from '../../classifications/index.ts'
import { record } from '../../classifications/testing.ts'
import { requestFor, sampleEnclave, sampleLabel, type SampleEnclave } from '../../main/testing.ts'
import type { Permit } from '../../policy/index.ts'
import { defineLabel, findCarriers, listLabels, type NewLabel } from '../index.ts'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
}, 60_000)
afterAll(() => sample.stop())

type Needed =
  | 'classification.list'
  | 'label.define'
  | 'label.list'
  | 'classification.register'
  | 'classification.withdraw'
async function permit<A extends Needed>(action: A): Promise<Permit<A>> {
  const decision = await sample.decide(requestFor('grace', action, { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(`grace may not ${action}`)
  return decision.permit
}
const register = async (terms: ClassificationTerms): Promise<Classification> =>
  (
    await registerClassification(sample.enclave.classifications, await permit('classification.register'), {
      terms,
      reason: 'board of January',
    })
  ).classification
async function approved(one: Classification): Promise<Classification> {
  if (one.state !== 'registered') throw new Error(`it is ${one.state}`)
  const id = one.requestId
  const [row] = await sample.database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
  for (const who of ['henry', 'wanda']) {
    const decision = await sample.decide(requestFor(who, 'approval.give', { kind: 'approval', id }))
    if (decision.effect === 'deny') throw new Error(`${who} may not approve`)
    await giveApproval(sample.enclave.approvals, decision.permit, { id, digest: String(row?.['digest']) })
  }
  return one
}
const withdraw = async ({ id }: Classification) =>
  withdrawClassification(sample.enclave.classifications, await permit('classification.withdraw'), {
    id,
    reason: 'wrong',
  })
const define = async (wanted: Partial<NewLabel> & Pick<NewLabel, 'dimension' | 'value'>) =>
  defineLabel(sample.enclave.files, await permit('label.define'), 'sample.sallyport.invalid', {
    title: wanted.value,
    record: null,
    basis: null,
    ...wanted,
  })

const line = (usml: string) => ({ usml, sme: false, mtcr: false, classified: false })
const ear = (number: string, ...eccns: string[]) =>
  record({ number, jurisdiction: 'ear', lines: eccns.map((eccn) => ({ eccn })) })
const itar = (number: string, ...paragraphs: string[]) => record({ number, lines: paragraphs.map(line) })

const fileId = '018f0000-0000-7000-8000-0000000000f1' as Id<'file'>
/** What a decision about a file with these labels took them for. */
async function taken(...labels: string[]): Promise<unknown> {
  const presented = { labels: ['program/falcon', ...labels].map(sampleLabel), dissem: [] }
  const decision = await sample.decide(requestFor('ada', 'file.open', { kind: 'file', id: fileId, presented }))
  const id = decision.effect === 'permit' ? decision.permit.entryId : decision.decisionId
  const entry = await sample.enclave.ledger.entry(id)
  if (entry === null) throw new Error('the decision is not on record')
  const { items, unknown } = entry.body['labels'] as { items: string[]; unknown: string[] }
  return { effect: decision.effect, items, unknown: unknown.map((one) => one.replace(/.*attr.|value./g, '')) }
}
const known = async (at: string | null = null) =>
  await sample.database.query(
    `SELECT fqn, value FROM ${at === null ? 'file_label_known' : 'file_label_known_as_of($1::timestamptz)'} ORDER BY fqn`,
    at === null ? [] : [at],
  )
const moment = async () => String((await sample.database.query('SELECT clock_timestamp()::text AS at'))[0]?.['at'])
const refused = (text: string) =>
  expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining(text) as string })

describe('defineLabel()', () => {
  test('takes a record that is in force and says the same, for a jurisdiction and an item, and for nothing else', async () => {
    const waits = await register(ear('L-1', '9E610.a'))
    const item = { dimension: 'item', value: '9e610-a' } as const
    await expect(define(item)).rejects.toEqual(refused('it is not classified'))
    await expect(define({ ...item, basis: 'memorandum' })).rejects.toEqual(refused('it is not classified'))
    await expect(define({ dimension: 'jurisdiction', value: 'ear' })).rejects.toEqual(refused('it is not classified'))
    await expect(define({ ...item, record: 'NOBODY' })).rejects.toEqual(refused('is not in the register'))
    await expect(define({ ...item, record: 'L-1' })).rejects.toEqual(refused('waits for approval'))
    await approved(waits)
    await expect(define({ ...item, value: '9e610-b', record: 'L-1' })).rejects.toEqual(refused('says ECCN 9E610.a'))
    await expect(define({ dimension: 'jurisdiction', value: 'itar', record: 'L-1' })).rejects.toEqual(
      refused('says ECCN'),
    )
    const program = { dimension: 'program', value: 'kite' } as const
    await expect(define({ ...program, record: 'L-1', basis: 'charter' })).rejects.toEqual(
      refused('stands on no record'),
    )
    await expect(define(program)).rejects.toEqual(refused('it is not classified'))
    const { label } = await define({ ...item, record: 'L-1', basis: 'memorandum 7' })
    expect(label).toMatchObject({
      basis: 'record L-1, ECCN 9E610.a (600 series): memorandum 7',
      classificationId: waits.id,
    })
    await define({ dimension: 'jurisdiction', value: 'ear', record: 'L-1' })
  })

  test('takes neither one that is superseded nor one that is withdrawn, nor one of which nothing is known', async () => {
    const first = await approved(await register(itar('L-2', 'XIX(g)')))
    const second = await register({ ...itar('L-3', 'XIX(g)', 'XIX(f)(1)'), supersedes: 'L-2' })
    const item = { dimension: 'item', value: 'xix-g' } as const
    await expect(define({ ...item, record: first.terms.number })).rejects.toEqual(refused('is superseded by L-3'))
    await withdraw(second)
    await expect(define({ ...item, record: 'L-3' })).rejects.toEqual(refused('is withdrawn'))
    const doubt = { question: 'which list?' }
    await approved(await register(record({ number: 'L-4', jurisdiction: 'unknown', lines: [], doubt })))
    await expect(define({ dimension: 'jurisdiction', value: 'unknown', record: 'L-4' })).rejects.toEqual(
      refused('says unknown'),
    )
  })

  test('the database takes none without', async () => {
    const insert = (classification: string | null) =>
      sample.database.query(
        `INSERT INTO label (fqn, dimension, value, title, classified_by, basis, classification_id)
         VALUES ('https://x.example/attr/item/value/ii-a', 'item', 'ii-a', 'x', $1, 'x', $2)`,
        [sample.id('grace'), classification],
      )
    await expect(insert(null)).rejects.toThrow('label_classified')
    await expect(insert(fileId)).rejects.toThrow('foreign key')
  })
})

describe('what a label means', () => {
  test('is what its record says more strictly once that was raised, from the acknowledgement on', async () => {
    const first = await approved(await register(ear('R-1', '3A001')))
    await define({ dimension: 'item', value: '3a001', record: 'R-1' })
    const labels = ['jurisdiction/ear', 'item/3a001'] as const
    expect(await taken(...labels)).toEqual({ effect: 'permit', items: ['3a001'], unknown: [] })
    const before = { at: await moment(), known: await known() }
    const raised = await register({ ...itar('R-2', 'XI(c)(2)'), supersedes: first.terms.number })
    expect(raised.state).toBe('in-force')
    expect(await taken(...labels)).toEqual({ effect: 'permit', items: ['xi-c-2'], unknown: [] })
    // Several, of which it is none: nobody knows which is meant.
    const two = await register({ ...itar('R-3', 'XI(c)(2)', 'XI(d)'), supersedes: 'R-2' })
    expect(await taken(...labels)).toEqual({ effect: 'deny', items: [], unknown: ['item/3a001'] })
    const after = { at: await moment(), known: await known() }
    await withdraw(two)
    for (const { at, known: then } of [before, after]) expect(await known(at)).toEqual(then)
    expect(before.known).not.toEqual(after.known)
  })

  test('is its own name where control was lowered, until files are reclassified', async () => {
    const first = await approved(await register(itar('W-1', 'XIX(g)')))
    await define({ dimension: 'item', value: 'xix-g', record: 'W-1' })
    await approved(await register({ ...ear('W-2', '9E610.a'), supersedes: first.terms.number }))
    expect(await taken('jurisdiction/itar', 'item/xix-g')).toEqual({ effect: 'permit', items: ['xix-g'], unknown: [] })
    const none = { jurisdiction: 'neither' as const, lines: [], supersedes: 'W-2' }
    await approved(await register(record({ number: 'W-3', ...none })))
    expect(await taken('item/xix-g')).toMatchObject({ items: ['xix-g'] })
  })

  test('is the other line where that is as strict, which two others approved', async () => {
    const first = await approved(await register(itar('S-1', 'VIII(h)(1)')))
    await define({ dimension: 'item', value: 'viii-h-1', record: 'S-1' })
    await approved(await register({ ...itar('S-2', 'VIII(h)(2)'), supersedes: first.terms.number }))
    expect(await taken('item/viii-h-1')).toMatchObject({ effect: 'permit', items: ['viii-h-2'] })
  })

  test('is not known while its record is withdrawn, or while nothing is known of it', async () => {
    const first = await approved(await register(itar('K-1', 'IX(e)')))
    await define({ dimension: 'item', value: 'ix-e', record: 'K-1' })
    const doubt = { question: 'which list?' }
    const unknown = await register(
      record({ number: 'K-2', jurisdiction: 'unknown', lines: [], doubt, supersedes: 'K-1' }),
    )
    expect(unknown.state).toBe('in-force')
    expect(await taken('item/ix-e')).toEqual({ effect: 'deny', items: [], unknown: ['item/ix-e'] })
    await approved(await register({ ...itar('K-3', 'IX(e)'), supersedes: 'K-2' }))
    expect(await taken('item/ix-e')).toMatchObject({ effect: 'permit' })
    const { labels } = await listLabels(sample.enclave.files, await permit('label.list'))
    expect(labels.find(({ value }) => value === 'ix-e')).toMatchObject({ reads: 'ix-e', classificationId: first.id })
    await withdraw(await byNumber('K-3'))
    expect(await taken('item/ix-e')).toMatchObject({ effect: 'deny' })
    const again = await listLabels(sample.enclave.files, await permit('label.list'))
    expect(again.labels.find(({ value }) => value === 'ix-e')).toMatchObject({ reads: null })
  })

  test('is by the record in the place of its own that a jurisdiction is raised, too', async () => {
    const read = async () => (await known()).find(({ fqn }) => fqn === sampleLabel('jurisdiction/ear'))
    expect(await read()).toMatchObject({ value: 'ear' })
    await register({ ...itar('L-9', 'IV(h)(1)'), supersedes: 'L-1' })
    expect(await read()).toMatchObject({ value: 'itar' })
    expect(await known(await moment())).toEqual(await known())
  })
})

test('findCarriers() tells what stands on any record of a line, with what it means, and nothing else', async () => {
  const id = (await byNumber('R-1')).id
  const carriers = async (record: Id<'classification'>) =>
    findCarriers(sample.enclave.files, await permit('classification.list'), record)
  const found = await carriers(id)
  expect(found.labels.map(({ value, reads }) => [value, reads])).toEqual([['3a001', null]])
  expect(await carriers((await byNumber('R-3')).id)).toEqual(found)
  const falcon = await carriers((await byNumber('FAL-0042')).id)
  expect(falcon.labels.map(({ value }) => value)).toEqual(['iv-h-1', 'itar'])
  // Both are of the ITAR, and that label stands on this record.
  expect(falcon.vaults.map(({ name }) => name)).toEqual(['falcon', 'heron'])
  const [row] = await sample.database.query('SELECT gen_random_uuid()::text AS id')
  const added = `INSERT INTO file_added_label (file_id, version, labels, changed_by, approved_by, reason, entry_id)
    VALUES ($1, $2, $3, $4, '{}', 'x', gen_random_uuid())`
  const add = (version: number, labels: string[]) =>
    sample.database.query(added, [row?.['id'], version, labels, sample.id('grace')])
  await add(1, [sampleLabel('item/3a001')])
  expect((await carriers(id)).filesWithAdded).toEqual([row?.['id']])
  await add(2, [])
  expect((await carriers(id)).filesWithAdded).toEqual([])
})

async function byNumber(number: string): Promise<Classification> {
  const [row] = await sample.database.query('SELECT id FROM classification_record WHERE number = $1', [number])
  return { id: row?.['id'] } as Classification
}
