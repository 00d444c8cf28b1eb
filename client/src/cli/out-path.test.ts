import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../gate/index.ts'
import { makeTestFolder } from '../testing/test-folder.ts'
import { bringTo } from './out-path.ts'

const refused: Outcome<number> = { outcome: 'refused', decisionId: null, reasons: [], detail: null }
const bringing =
  (content: string, outcome: Outcome<number> = { outcome: 'answered', value: 1 }) =>
  async (sink: NodeJS.WritableStream): Promise<Outcome<number>> => {
    await new Promise<void>((done) => sink.end(content, done))
    return outcome
  }
const broken = async (sink: NodeJS.WritableStream): Promise<Outcome<number>> => {
  await new Promise<void>((done) => void sink.write('half', () => done()))
  throw new Error('the connection broke')
}

describe('bringTo()', () => {
  test('names what is whole, and leaves what was there where it is refused or breaks', async () => {
    const folder = makeTestFolder()
    const path = join(folder, 'register.csv')
    await expect(bringTo(path, false, broken)).rejects.toThrow('broke')
    expect(await bringTo(path, false, bringing('', refused))).toBe(refused)
    expect(await readdir(folder)).toEqual([])
    await bringTo(path, false, bringing('first'))
    await expect(bringTo(path, false, bringing('second'))).rejects.toMatchObject({ code: 'conflict' })
    await expect(bringTo(path, true, broken)).rejects.toThrow('broke')
    await bringTo(path, true, bringing('half', refused))
    expect(await readFile(path, 'utf8')).toBe('first')
    await bringTo(path, true, bringing('second'))
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['second', ['register.csv']])
  })

  test('goes through a link into the file that it names, into a device as it is, and into no folder', async () => {
    const folder = makeTestFolder()
    await writeFile(join(folder, 'there'), 'first')
    await symlink('there', join(folder, 'link'))
    await bringTo(join(folder, 'link'), true, bringing('second'))
    expect(await readFile(join(folder, 'there'), 'utf8')).toBe('second')
    await symlink('/dev/null', join(folder, 'device'))
    await bringTo(join(folder, 'device'), true, bringing('away'))
    await mkdir(join(folder, 'folder'))
    await expect(bringTo(join(folder, 'folder'), true, bringing('x'))).rejects.toThrow('it is a folder')
    await expect(bringTo(join(folder, 'no', 'x'), false, bringing('x'))).rejects.toThrow('there is no folder')
    expect((await readdir(folder)).toSorted()).toEqual(['device', 'folder', 'link', 'there'])
  })
})
