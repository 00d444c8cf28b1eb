import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makePageCursors } from './page-cursors.ts'

const macWith = (key: string) => async (bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest()
const cursors = makePageCursors(macWith('shared'))
const place = ['José Núñez', '01890a5d-ac96-774b-bcce-b302099a8057']

describe('makePageCursors()', () => {
  test('gives a place back, in another process with the same key too', async () => {
    const sealed = await cursors.seal('people', place)
    expect(await cursors.open('people', sealed)).toEqual(place)
    expect(await makePageCursors(macWith('shared')).open('people', sealed)).toEqual(place)
  })

  test('tells its bearer nothing, not even that two are one place', async () => {
    const [one, other] = [await cursors.seal('files', place), await cursors.seal('files', place)]
    expect(one).not.toBe(other)
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('01890a5d')
  })

  test.each([
    ['of another list', async () => await cursors.seal('files', place)],
    ['of another gate', async () => await makePageCursors(macWith('other')).seal('people', place)],
    ['cut short', async () => (await cursors.seal('people', place)).slice(0, 30)],
    ['changed', async () => `A${(await cursors.seal('people', place)).slice(1)}A`],
    ['of nothing', async () => ''],
    ['of somebody who tries', async () => '0'.repeat(200)],
  ])('refuses a cursor %s', async (_, make) => {
    await expect(cursors.open('people', await make())).rejects.toMatchObject({ code: 'invalid-request' })
  })
})
