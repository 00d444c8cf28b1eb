// Labels that are added to a file after it was sealed, over HTTP: one officer adds at once, for whatever copy of the container
// there is; taking off takes another.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleLabel } from '../main/testing.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveShown, openCopy, protectedFile, type ProtectedCopy } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9770))
}, 60_000)
afterAll(() => stop())

const noforn = sampleLabel('dissem/noforn')
const heron = sampleLabel('program/heron')

const protect = (name: string) => protectedFile(client, name)
const opens = async (person: string, file: ProtectedCopy) => (await openCopy(client, person, file)) === 'opened'
const change = (by: string, id: string, body: { add?: string[]; takeOff?: string[]; designation?: string | null }) =>
  client.ask(by, 'POST', `/files/${id}/labels`, {
    add: [],
    takeOff: [],
    designation: 'agency letter',
    reason: 'CJ 0123-26',
    ...body,
  })
const changed = async (id: string, body: { add?: string[]; takeOff?: string[]; designation?: string | null }) =>
  await client.done(api.fileReclassified, 'grace', 'POST', `/files/${id}/labels`, {
    add: [],
    takeOff: [],
    designation: 'agency letter',
    reason: 'CJ 0123-26',
    ...body,
  })
const approve = (by: string, id: string) => approveShown(client, by, id)

describe('adding labels to a file', () => {
  test('is done by one officer at once, for every copy of the container and every client', async () => {
    const file = await protect('nozzle.stp')
    expect([await opens('ada', file), await opens('james', file), await opens('lin', file)]).toEqual([true, true, true])
    expect((await change('ada', file.id, { add: [noforn] })).status).toBe(403)
    const done = await changed(file.id, { add: [noforn] })
    expect(done).toMatchObject({ isRegistered: true, added: [noforn], approvalId: null })
    expect([await opens('ada', file), await opens('james', file), await opens('lin', file)]).toEqual([
      true,
      false,
      true,
    ])
    await changed(file.id, { add: [heron] })
    expect([await opens('ada', file), await opens('james', file), await opens('lin', file)]).toEqual([
      true,
      false,
      false,
    ])
    const { files } = await client.done(api.files, 'lin', 'GET', '/files')
    expect(files.map(({ id }) => id)).not.toContain(file.id)
    const shown = await client.done(api.file, 'ada', 'GET', `/files/${file.id}`)
    expect(shown.addedLabels.map(({ title }) => title)).toEqual(['NOFORN', 'Program Heron'])
    expect(shown.labels).toHaveLength(3)
  })

  test('takes a dissemination control with the word of its agency alone, and nothing that contradicts what is there', async () => {
    const { id } = await protect('controlled.stp')
    const status = async (body: Parameters<typeof change>[2]) => (await change('grace', id, body)).status
    expect(await status({ add: [noforn], designation: null })).toBe(400)
    await changed(id, { add: [noforn] })
    expect(await status({ takeOff: [noforn], designation: null })).toBe(400)
    for (const [dimension, value] of [
      ['distribution', 'a'],
      ['relto', 'usa-gbr'],
      ['dissem', 'fed-only'],
    ]) {
      const body = { dimension, value, title: `${dimension} ${value}`, record: null, basis: 'contract' }
      await client.done(api.labelDefined, 'grace', 'POST', '/labels', body)
      // Public beside ITAR, a list beside NOFORN, and FED ONLY without anybody on a list.
      expect(await status({ add: [sampleLabel(`${dimension}/${value}`)] })).toBe(400)
    }
    const labels = ['jurisdiction/itar', 'program/falcon', 'distribution/a'].map(sampleLabel)
    expect((await client.ask('grace', 'POST', '/vaults', { name: 'public', description: '', labels })).status).toBe(400)
    const { fileId } = await changed(id, { add: [heron], designation: null })
    expect(fileId).toBe(id)
  })

  test('defines a marking in the form of its dimension alone', async () => {
    for (const [dimension, value] of [
      ['relto', 'aus'],
      ['dissem', 'orcon'],
      ['cui', 'cti'],
      ['distribution', 'q'],
      ['program', 'a.b'],
    ]) {
      const body = { dimension, value, title: 'x', record: null, basis: 'contract' }
      expect((await client.ask('grace', 'POST', '/labels', body)).status).toBe(400)
    }
  })

  test('applies to a file that was sealed straight to the key of the enclave and never registered', async () => {
    const file = await client.fileToOpen()
    const opened = async (person: string) => 'key' in (await client.open(await client.token(person), file))
    expect(await opened('james')).toBe(true)
    const done = await changed(file.fileId, { add: [noforn] })
    expect(done).toMatchObject({ isRegistered: false, added: [noforn] })
    expect([await opened('ada'), await opened('james')]).toEqual([true, false])
  })

  test('takes labels that are defined, each once, and something to do', async () => {
    const { id } = await protect('wrong.stp')
    const statuses = async (...bodies: Parameters<typeof change>[2][]) =>
      await Promise.all(bodies.map(async (body) => (await change('grace', id, body)).status))
    expect(
      await statuses({}, { add: ['program/heron'] }, { add: [sampleLabel('program/kestrel')] }, { takeOff: [heron] }),
    ).toEqual([400, 400, 400, 409])
    const own = sampleLabel('program/falcon')
    expect(await statuses({ add: [own] }, { takeOff: [own] })).toEqual([400, 409])
    expect((await changed(id, { add: [noforn, noforn.toUpperCase(), own] })).added).toEqual([noforn])
  })

  test('refuses a file that is deleted', async () => {
    const { id } = await protect('gone.stp')
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${id}/deletion`, { reason: 'x' })
    await approve('grace', approvalId)
    expect((await change('grace', id, { add: [noforn] })).status).toBe(409)
  })
})

describe('taking added labels off again', () => {
  test('takes an officer besides who asked, and leads back to the labels of the manifest and no further', async () => {
    const file = await protect('plan.stp')
    await changed(file.id, { add: [noforn, heron] })
    const asked = await changed(file.id, { takeOff: [noforn] })
    expect(asked).toMatchObject({ added: [noforn, heron].sort(), needed: 1 })
    const { approvalId } = asked
    expect(await opens('james', file)).toBe(false)
    expect((await change('henry', file.id, { takeOff: [heron] })).status).toBe(409)
    expect((await approve('grace', approvalId ?? '')).status).toBe(403)
    expect((await approve('ada', approvalId ?? '')).status).toBe(403)
    const details = (await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${approvalId}`)).details
    expect(details).toMatchObject({ name: 'plan.stp', from: [noforn, heron].sort(), to: [heron], reason: 'CJ 0123-26' })
    expect((await approve('henry', approvalId ?? '')).value).toMatchObject({ executed: true })
    expect([await opens('james', file), await opens('ada', file)]).toEqual([false, true])

    const last = await changed(file.id, { takeOff: [heron] })
    await approve('wanda', last.approvalId ?? '')
    expect([await opens('james', file), await opens('eleanor', file)]).toEqual([true, false])
    expect((await change('grace', file.id, { takeOff: [sampleLabel('item/iv-h-1')] })).status).toBe(409)
  })

  test('waits as a whole where the same change adds: neither way is narrower', async () => {
    const file = await protect('both.stp')
    await changed(file.id, { add: [heron] })
    const both = await changed(file.id, { add: [noforn], takeOff: [heron] })
    expect(both).toMatchObject({ added: [heron], needed: 1 })
    await approve('henry', both.approvalId ?? '')
    expect([await opens('lin', file), await opens('james', file)]).toEqual([true, false])
  })

  test('is refused for good where whoever asked may not any more', async () => {
    const file = await protect('asker.stp')
    await changed(file.id, { add: [noforn] })
    const { value } = await change('wanda', file.id, { takeOff: [noforn] })
    const { approvalId } = api.fileReclassified.parse(value)
    const setRoles = (roles: string) =>
      site.database.query(
        `UPDATE person SET roles = $1::text[], version = version + 1 WHERE display_name = 'Wanda Kowalski'`,
        [roles],
      )
    await setRoles('{engineer}')
    expect((await approve('henry', approvalId ?? '')).status).toBe(409)
    await setRoles('{officer}')
    expect(await opens('james', file)).toBe(false)
  })

  test('is refused for good once the labels have changed since it was asked for', async () => {
    const file = await protect('late.stp')
    await changed(file.id, { add: [noforn] })
    const { approvalId } = await changed(file.id, { takeOff: [noforn] })
    await changed(file.id, { add: [heron] })
    expect((await approve('henry', approvalId ?? '')).status).toBe(409)
    expect(await opens('james', file)).toBe(false)
  })
})

test('what a file was labelled stays readable: every version, who decided, and the entries with old and new', async () => {
  const file = await protect('history.stp')
  await changed(file.id, { add: [heron] })
  const { approvalId } = await changed(file.id, { takeOff: [heron] })
  await approve('henry', approvalId ?? '')
  expect((await client.ask('ada', 'GET', `/files/${file.id}/history`)).status).toBe(403)
  const history = await client.done(api.fileHistory, 'paula', 'GET', `/files/${file.id}/history`)
  expect(history).toMatchObject({
    registered: { name: 'history.stp', state: 'stored', protectedBy: { name: 'Ada Whitfield' } },
    added: [
      { version: 1, labels: [heron], by: { name: 'Grace Okafor' }, approvedBy: [], reason: 'CJ 0123-26' },
      { version: 2, labels: [], by: { name: 'Grace Okafor' }, approvedBy: [{ name: 'Henry Walsh' }] },
    ],
  })
  await sequenced(site)
  const rows = await site.database.query(
    `SELECT convert_from(bytes, 'UTF8')::jsonb AS entry FROM ledger_entries WHERE kind = 'file.reclassified' AND about_id = $1 ORDER BY index`,
    [file.id],
  )
  const sealed = history.registered?.labels.map(({ fqn }) => fqn)
  expect(rows.map(({ entry }) => entry)).toMatchObject([
    { id: history.added[0]?.entryId, body: { sealed, from: [], to: [heron], version: 1 } },
    { id: history.added[1]?.entryId, body: { sealed, from: [heron], to: [], version: 2, request: approvalId } },
  ])
  await expect(site.database.query('DELETE FROM file_added_label')).rejects.toThrow('append-only')
})
