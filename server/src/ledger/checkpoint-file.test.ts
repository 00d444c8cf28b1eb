import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCheckpointFile, removeForgottenDrafts, writeCheckpointFile } from './checkpoint-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-checkpoint-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('writeCheckpointFile() replaces the note, and leaves nothing beside it where it cannot', async () => {
  const path = join(folder, 'checkpoint')
  await writeCheckpointFile(path, 'one')
  await writeCheckpointFile(path, 'two')
  expect(await readCheckpointFile(path)).toBe('two')
  const taken = join(folder, 'taken')
  await mkdir(join(taken, 'by a folder'), { recursive: true })
  await expect(writeCheckpointFile(taken, 'three')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'taken'])
})

test('removeForgottenDrafts() removes the drafts of killed processes, and neither young ones nor other files', async () => {
  const path = join(folder, 'checkpoint')
  const [old, young, other] = ['checkpoint.7-1.new', 'checkpoint.8-1.new', 'keystore.json.7-1.new']
  for (const name of [old, young, other]) await writeFile(join(folder, name), 'x')
  const before = Date.now() / 1000 - 3700
  for (const name of [old, other]) await utimes(join(folder, name), before, before)
  await writeCheckpointFile(path, 'one')
  await removeForgottenDrafts(path)
  expect((await readdir(folder)).sort()).toEqual(['checkpoint', young, other])
})
