// The end of a file over HTTP: asked for by one, approved by another, after which no copy of it opens.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/index.ts'
import { folderObjects, removeLeftovers } from '../files/index.ts'
import { sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import {
  approveShown,
  openCopy as openIn,
  protectedFile as protectedIn,
  type ProtectedCopy,
} from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>

beforeAll(async () => {
  const served = await servedSample(9760)
  ;({ site, client, stop } = served)
}, 60_000)
afterAll(() => stop())

const protectedFile = (name: string) => protectedIn(client, name)
const openCopy = (person: string, file: ProtectedCopy) => openIn(client, person, file)
const approve = (by: string, id: string) => approveShown(client, by, id)
const objects = () => readdir(join(site.folder, 'objects'))

describe('deleting a file', () => {
  test('takes an officer besides who asked; then no copy opens, nothing is fetched, and its name is free', async () => {
    const file = await protectedFile('drawings/nozzle.stp')
    const { id } = file
    expect(await openCopy('ada', file)).toBe('opened')
    const reason = 'contract closed'
    expect((await client.ask('paula', 'POST', `/files/${id}/deletion`, { reason })).status).toBe(403)
    expect((await client.ask('ada', 'POST', `/files/${id}/deletion`, { reason: '' })).status).toBe(400)
    const asked = await client.done(api.proposed, 'ada', 'POST', `/files/${id}/deletion`, { reason })
    expect(await openCopy('ada', file)).toBe('opened')
    expect((await approve('ada', asked.approvalId)).status).toBe(403)
    const shown = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${asked.approvalId}`)
    expect(shown).toMatchObject({
      title: 'delete drawings/nozzle.stp for good',
      about: { kind: 'file', id },
      details: { reason },
    })

    expect((await approve('grace', asked.approvalId)).value).toMatchObject({ executed: true })
    expect(await openCopy('ada', file)).toContain('PermissionDenied')
    expect((await client.ask('ada', 'GET', `/files/${id}/content`)).value).toMatchObject({
      reasons: [{ code: 'file-deleted' }],
    })
    expect(await client.done(api.file, 'ada', 'GET', `/files/${id}`)).toMatchObject({ state: 'deleted' })
    const { files } = await client.done(api.files, 'ada', 'GET', '/files')
    expect(files.map((one) => one.id)).not.toContain(id)
    expect((await client.ask('ada', 'POST', `/files/${id}/deletion`, { reason })).status).toBe(409)
    const again = await protectedFile('drawings/nozzle.stp')
    expect(await openCopy('ada', again)).toBe('opened')
  })

  test('is told of with the file while it waits, to whoever may see the file', async () => {
    const { id } = await protectedFile('drawings/waits.stp')
    const shown = (by: string) => client.done(api.fileShown, by, 'GET', `/files/${id}`)
    expect(await shown('ada')).toMatchObject({ state: 'stored', deletion: null })
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${id}/deletion`, { reason: 'x' })
    for (const by of ['ada', 'grace', 'paula']) {
      expect(await shown(by)).toMatchObject({ state: 'stored', deletion: { approvalId, isYours: by === 'ada' } })
    }
    // Ben is of no program of it.
    expect((await client.ask('ben', 'GET', `/files/${id}`)).status).toBe(403)
    await approve('grace', approvalId)
    expect(await shown('ada')).toMatchObject({ state: 'deleted', deletion: null })

    const kept = await protectedFile('drawings/kept.stp')
    const again = await client.done(api.proposed, 'ada', 'POST', `/files/${kept.id}/deletion`, { reason: 'x' })
    const { digest } = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${again.approvalId}`)
    const body = { digest, reason: 'still needed' }
    await client.done(api.approvalDeclined, 'grace', 'POST', `/approvals/${again.approvalId}/decline`, body)
    expect(await client.done(api.fileShown, 'ada', 'GET', `/files/${kept.id}`)).toMatchObject({ deletion: null })
  })

  test('is withdrawn by whoever asked for it, and by nobody else', async () => {
    const { id } = await protectedFile('drawings/withdrawn.stp')
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${id}/deletion`, { reason: 'x' })
    for (const other of ['lin', 'grace', 'paula']) {
      const refused = await client.ask(other, 'POST', `/approvals/${approvalId}/withdraw`)
      expect(refused.status, other).toBe(403)
    }
    expect((await client.ask('ada', 'POST', `/approvals/${approvalId}/withdraw`)).status).toBe(200)
    const shown = () => client.done(api.fileShown, 'ada', 'GET', `/files/${id}`)
    expect(await shown()).toMatchObject({ state: 'stored', deletion: null })
    const late = await client.ask('ada', 'POST', `/approvals/${approvalId}/withdraw`)
    expect(late.status).toBe(409)
  })

  test('waits for approval once, however often and by whomever it is asked for', async () => {
    const file = await protectedFile('drawings/asked.stp')
    const ask = (by: string) => client.ask(by, 'POST', `/files/${file.id}/deletion`, { reason: 'contract closed' })
    const both = await Promise.all([ask('ada'), ask('ada'), ask('grace')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const { approvals } = await client.done(api.approvals, 'omar', 'GET', '/approvals')
    expect(approvals.filter(({ about }) => about.id === file.id)).toHaveLength(1)
  })

  test('removes what it can where an object cannot be removed', async () => {
    const [stuck, other] = [await protectedFile('drawings/stuck.stp'), await protectedFile('drawings/other.stp')]
    for (const { id } of [stuck, other]) {
      const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${id}/deletion`, { reason: 'x' })
      await approve('grace', approvalId)
    }
    const text = 'SELECT object_key FROM protected_file WHERE id = $1'
    const keyOf = async ({ id }: ProtectedCopy) =>
      (await site.database.query(text, [id]))[0]?.['object_key'] as string | null
    const real = await folderObjects(join(site.folder, 'objects'), systemClock)
    const stuckAt = await keyOf(stuck)
    const broken = {
      ...real,
      remove: async (key: string) => {
        if (key === stuckAt) throw new Error('not now')
        await real.remove(key)
      },
    }
    await expect(removeLeftovers({ database: site.database, objects: broken })).rejects.toThrow('not now')
    expect([await keyOf(stuck), await keyOf(other)]).toEqual([stuckAt, null])
  })

  test('erases the key: a decision point that permits by mistake releases nothing', async () => {
    const file = await protectedFile('drawings/erased.stp')
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${file.id}/deletion`, { reason: 'x' })
    await approve('grace', approvalId)
    expect(await site.database.query('SELECT sealed FROM file_key WHERE file_id = $1', [file.id])).toEqual([
      { sealed: null },
    ])
    await site.database.query(`UPDATE protected_file SET state = 'stored', deleted_at = NULL WHERE id = $1`, [file.id])
    expect(await openCopy('ada', file)).toContain('key')
  })

  test('tells who received the file, and removes its object', async () => {
    const before = await objects()
    const file = await protectedFile('drawings/copies.stp')
    await openCopy('ada', file)
    await client.ask('ada', 'GET', `/files/${file.id}/content`)
    const { approvalId } = await client.done(api.proposed, 'ada', 'POST', `/files/${file.id}/deletion`, { reason: 'x' })
    await approve('grace', approvalId)
    await removeLeftovers({
      database: site.database,
      objects: await folderObjects(join(site.folder, 'objects'), systemClock),
    })
    expect((await objects()).filter((one) => !before.includes(one))).toEqual([])
    await sequenced(site)
    const copies = await client.done(api.fileCopies, 'paula', 'GET', `/files/${file.id}/copies`)
    expect(copies).toMatchObject({ receivers: [{ name: 'Ada Whitfield', opened: 1, fetched: 1 }], backups: [] })
    expect((await client.ask('ada', 'GET', `/files/${file.id}/copies`)).status).toBe(403)
  })
})
