// Files as people handle them from the command line after they were protected: told of to colleagues, labelled anew, rescued from
// wrong labels, and looked after once they are gone.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { utf8 } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId, systemClock, systemRandomness } from '../../server/src/base/index.ts'
import { falconLabels } from '../../server/src/main/testing.ts'
import { servedSample } from '../../server/src/http/testing.ts'
import { sealedFor } from '../gate.ts'
import { desksOf, type Desks } from './desks.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let desks: Desks
beforeAll(async () => {
  served = await servedSample(9981)
  desks = desksOf(served.address)
}, 60_000)
afterAll(() => served.stop())

/** Protect a file of that name into vault falcon as Ada. Yields its id. */
async function protectedFile(name: string): Promise<string> {
  await writeFile(join((await desks.at('ada')).workingFolder, name), `content of ${name}\n`)
  await desks.done('ada', 'file', 'protect', name, '--vault', 'falcon')
  const { files } = await desks.told(api.files, 'ada', 'file', 'list')
  return files.find((file) => file.name === name)?.id ?? ''
}
const unknownFile = '01930000-0000-7000-8000-00000000dead'

test('an engineer tells colleagues of a file, and takes that back; whoever may not open it does not hear of it', async () => {
  const id = await protectedFile('bracket.stp')
  const told = await desks.done('ada', 'file', 'share', 'bracket.stp', '--with', 'lin zhao')
  expect(told).toMatch(/Shared bracket\.stp with Lin Zhao\.\nThey could open it at this moment/)
  const [, entry = ''] = /entry +(\S+)/.exec(told) ?? []
  // Its receipt was kept like that of any other act.
  await vi.waitFor(() => desks.done('ada', 'ledger', 'prove', entry), { timeout: 20_000, interval: 100 })
  const british = await desks.done('ada', 'file', 'share', 'bracket.stp', '--with', 'Eleanor Hughes')
  expect(british).toMatch(/could not open it at this moment.*Whom to ask: an export control officer/)
  const program = await desks.told(api.fileShared, 'ada', 'file', 'share', 'bracket.stp', '--with', 'program/falcon')
  expect(program).toMatchObject({ with: { program: 'falcon' }, couldOpen: null })

  expect(await desks.done('lin', 'file', 'list', '--shared')).toMatch(/bracket\.stp +Ada Whitfield.*program\/falcon/)
  expect(await desks.done('lin', 'file', 'open', 'bracket.stp', '-o', 'lent/')).toContain('Opened bracket.stp')
  expect(await desks.done('eleanor', 'file', 'list', '--shared')).not.toContain('bracket')
  expect(await desks.wrong('ben', 'file', 'share', 'bracket.stp', '--with', 'Lin Zhao')).toContain('by its id only')
  expect(await desks.refused('ben', 'file', 'share', id, '--with', 'Lin Zhao')).toContain('need-to-know')
  expect(await desks.refused('grace', 'file', 'share', id, '--with', 'Lin Zhao')).toMatch(/Why: .+/)

  await desks.done('tomas', 'file', 'share', 'bracket.stp', '--with', 'Lin Zhao')
  const sharers = async (who: string) =>
    (await desks.told(api.fileShares, who, 'file', 'shared', 'bracket.stp')).shares.map(({ by }) => by.name)
  expect(await sharers('tomas')).toEqual(['Tomás Rivera'])
  expect((await sharers('paula')).length).toBe(4)
  expect(await desks.done('lin', 'file', 'shared', 'bracket.stp')).toContain('shared with nobody that you may see')
  expect(await desks.refused('omar', 'file', 'shared', id)).toMatch(/Why: .+/)

  expect(await desks.wrong('lin', 'file', 'unshare', 'bracket.stp', '--from', 'Lin Zhao')).toContain('not shared with')
  const several = await desks.wrong('grace', 'file', 'unshare', 'bracket.stp', '--from', 'Lin Zhao')
  expect(several).toMatch(/want one of .* \(by Tomás Rivera\), .* \(by Ada Whitfield\)/)
  const [, ofTomas = ''] = /(\S+) \(by Tomás Rivera\)/.exec(several) ?? []
  expect(await desks.refused('lin', 'file', 'unshare', id, '--from', ofTomas)).toContain('somebody else shares it')
  await desks.done('grace', 'file', 'unshare', 'bracket.stp', '--from', ofTomas)
  for (const whom of ['LIN ZHAO', 'program/falcon']) {
    const back = await desks.done('ada', 'file', 'unshare', 'bracket.stp', '--from', whom)
    expect(back).toContain('bracket.stp is no longer shared with')
  }
  expect(await desks.done('lin', 'file', 'list', '--shared')).not.toContain('bracket')
  expect(await desks.done('ada', 'file', 'shared', 'bracket.stp')).toMatch(/Eleanor Hughes +Ada Whitfield/)
}, 120_000)

test('a share with nobody, with oneself, twice or with what hides is refused in words, and nothing is shared', async () => {
  await protectedFile('spar.stp')
  const share = (whom: string) => ['file', 'share', 'spar.stp', '--with', whom]
  expect(await desks.wrong('ada', ...share('Nobody Here'))).toContain('nobody here has that name or address')
  expect(await desks.wrong('ada', ...share('Ada Whitfield'))).toContain('that is you')
  for (const hostile of ['Lin\u001b[2J Zhao', 'Lin Zhao\u202e', 'program/../heron', 'program/'])
    expect(await desks.wrong('ada', ...share(hostile))).toMatch(/cannot|want/)
  expect((await desks.run('ada', 'file', 'share', 'spar.stp')).exit).toBe(2)
  expect(await desks.wrong('ada', 'file', 'share', 'spar\u001b[31m.stp', '--with', 'Lin Zhao')).toContain('cannot find')
  expect(await desks.done('ada', 'file', 'shared', 'spar.stp')).toContain('shared with nobody')
  // As another system writes it, letter and accent apart.
  await desks.done('ada', ...share('Tomás Rivera'.normalize('NFD')))
  expect(await desks.wrong('ada', ...share('tomás rivera'))).toContain('you share it so already')
  // As every other verb finds people: case and accents do not matter.
  await desks.done('ada', 'file', 'unshare', 'spar.stp', '--from', 'tomas rivera')
}, 120_000)

test('what others shared is listed of one vault alone, where one is named', async () => {
  await protectedFile('rib.stp')
  await desks.done('tomas', 'file', 'share', 'rib.stp', '--with', 'Ada Whitfield')
  await writeFile(join((await desks.at('ben')).workingFolder, 'radar.stp'), 'radar\n')
  await desks.done('ben', 'file', 'protect', 'radar.stp', '--vault', 'heron')
  await desks.done('ben', 'file', 'share', 'radar.stp', '--with', 'Ada Whitfield')
  const lent = async (...more: readonly string[]) =>
    (await desks.told(api.sharedFiles, 'ada', 'file', 'list', '--shared', ...more)).files.map(({ file }) => file.name)
  expect((await lent()).sort()).toEqual(['radar.stp', 'rib.stp'])
  expect(await lent('--vault', 'heron')).toEqual(['radar.stp'])
  expect(await desks.done('ada', 'file', 'list', '--shared', '--vault', 'falcon')).not.toContain('radar')
  expect(await desks.wrong('ada', 'file', 'list', '--shared', '--vault', 'kestrel')).toContain('cannot find vault')
  expect(await desks.wrong('ada', 'file', 'list', '--shared', '--after', 'x')).toContain('want no --after')
}, 120_000)

test('an officer adds a label at once, another agrees to take it off, and the history tells all of it', async () => {
  const id = await protectedFile('nozzle.stp')
  const opens = (as: string) => ['file', 'open', id, '--acknowledge', '-o', as] as const
  await desks.done('james', ...opens('before.stp'))
  const add = ['file', 'reclassify', 'nozzle.stp', '--add', 'dissem/noforn', '--reason', 'marking instruction']
  expect(await desks.refused('ada', ...add)).toContain('Refused: ')
  expect(await desks.wrong('grace', ...add)).toMatch(/designat/)
  expect(await desks.wrong('grace', 'file', 'reclassify', 'nozzle.stp', '--reason', 'x')).toContain('no label is named')
  const unknown = await desks.wrong('grace', 'file', 'reclassify', id, '--add', 'program/kestrel', '--reason', 'x')
  expect(unknown).toMatch(/cannot find label program\/kestrel: want one of .*program\/falcon/)
  const hidden = [...add, '--designated-by', 'PMA-299\u001b[8m']
  expect(await desks.wrong('grace', ...hidden)).toContain('plain text')

  const added = await desks.done('grace', ...add, '--designated-by', 'PMA-299, letter of 4 May')
  expect(added).toMatch(/nozzle\.stp carries these besides what it was sealed under: \S*noforn/)
  expect(await desks.refused('james', ...opens('after.stp'))).toContain('no-foreign')
  await desks.done('ada', ...opens('after.stp'))

  const off = ['file', 'reclassify', id, '--take-off', 'dissem/noforn', '--reason', 'letter of 9 May']
  const { approvalId } = await desks.told(api.fileReclassified, 'grace', ...off, '--designated-by', 'PMA-299')
  expect(await desks.refused('grace', 'approval', 'approve', approvalId ?? '', '--yes')).toContain('Refused: ')
  await desks.done('henry', 'approval', 'approve', approvalId ?? '', '--yes')
  await desks.done('james', ...opens('again.stp'))

  const history = await desks.done('paula', 'file', 'history', 'nozzle.stp')
  expect(history).toMatch(/nozzle\.stp is stored here\.\nsealed under .*program\/value\/falcon.*\nby +Ada Whitfield at/)
  expect(history).toMatch(/\n1 .*noforn +Grace Okafor +marking instruction\n/)
  expect(history).toMatch(/\n2 .*none +Grace Okafor +Henry Walsh +letter of 9 May\n/)
  const { added: versions } = await desks.told(api.fileHistory, 'grace', 'file', 'history', id)
  expect(versions.map(({ version, labels }) => [version, labels.length])).toEqual([
    [1, 1],
    [2, 0],
  ])
  expect(await desks.refused('ada', 'file', 'history', id)).toMatch(/Why: .+/)
  expect(await desks.done('grace', 'file', 'history', unknownFile)).toContain('is not registered here')
}, 120_000)

test('a file that was handed over under an unknown label opens once two officers rescued it, until one ends that', async () => {
  const { wrappingKey } = await served.client.done(api.enclave, 'ada', 'GET', '/enclave')
  const labels = ['https://labels.agency.example/attr/caveat/value/orange', ...falconLabels].map((fqn) => ({ fqn }))
  const file = { id: newId<'file'>(systemClock, systemRandomness), labels }
  const { container } = await sealedFor({ file, key: wrappingKey } as never, utf8('from the agency'))
  for (const who of ['ada', 'grace']) {
    const { workingFolder } = await desks.at(who)
    await writeFile(join(workingFolder, 'handed-over.tdf'), container)
    await writeFile(join(workingFolder, 'broken.tdf'), container.subarray(0, 90))
  }
  const open = ['file', 'open', 'handed-over.tdf', '--force'] as const
  expect(await desks.refused('ada', ...open)).toContain('unknown-label')
  const rescue = (path: string, as: string) =>
    ['file', 'rescue', path, '--labels', as, '--reason', 'CJ 0123-26'] as const
  const right = 'jurisdiction/itar, program/falcon, item/iv-h-1'
  expect(await desks.refused('ada', ...rescue('handed-over.tdf', 'program/falcon'))).toContain('Refused: ')
  expect(await desks.wrong('grace', ...rescue('broken.tdf', right))).toMatch(/cannot .*want/)
  expect(await desks.wrong('grace', ...rescue('./gone.tdf', right))).toMatch(/No file lies at .*gone\.tdf\./)
  expect(await desks.wrong('grace', ...rescue(file.id, right))).toContain('want its container')
  expect(await desks.wrong('grace', ...rescue('handed-over.tdf', 'orange'))).toContain('cannot find label orange')

  const asked = await desks.done('grace', ...rescue('handed-over.tdf', right))
  expect(asked).toMatch(/handed-over\.tdf stays as it is.*\nsealed under .*orange.*\nin their place .*iv-h-1/)
  expect(await desks.wrong('grace', ...rescue('handed-over.tdf', right))).toContain('waits')
  expect(await desks.refused('ada', ...open)).toContain('unknown-label')
  const [, approvalId = ''] = /approval +(\S+)/.exec(asked) ?? []
  await desks.done('henry', 'approval', 'approve', approvalId, '--yes')
  expect(await desks.done('ada', ...open)).toContain('Opened handed-over.tdf')
  expect(await desks.wrong('grace', ...rescue('handed-over.tdf', right))).toContain('already')

  const end = ['file', 'end-rescue', 'handed-over.tdf', '--reason', 'classified anew'] as const
  expect(await desks.refused('ada', ...end)).toContain('Refused: ')
  // By its id: whoever ends it need not have the container.
  const byId = ['file', 'end-rescue', file.id, '--reason', 'classified anew'] as const
  expect(await desks.done('wanda', ...byId)).toContain(`The labels that file ${file.id} was sealed under hold again.`)
  expect(await desks.refused('ada', ...open)).toContain('unknown-label')
  expect(await desks.wrong('grace', ...end)).toContain('no other labels stand in place')
  const history = await desks.done('grace', 'file', 'history', 'handed-over.tdf')
  expect(history).toMatch(
    /not registered here\.[^]*stood in place[^]*approved by +Henry Walsh\nended .*classified anew/,
  )
}, 120_000)

test('who received a file is told to officers and auditors, also when it is gone', async () => {
  const id = await protectedFile('wing.stp')
  expect(await desks.done('paula', 'file', 'copies', 'wing.stp')).toMatch(/Nobody received it.*\nNo backup was made/)
  for (const who of ['ada', 'lin']) await desks.done(who, 'file', 'open', 'wing.stp', '-o', 'opened.stp')
  await desks.done('lin', 'file', 'fetch', 'wing.stp', '-o', 'sealed.tdf')
  await vi.waitFor(
    async () => {
      const { receivers } = await desks.told(api.fileCopies, 'paula', 'file', 'copies', 'wing.stp')
      expect(receivers.map(({ name, opened, fetched }) => [name, opened, fetched]).sort()).toEqual([
        ['Ada Whitfield', 1, 1],
        ['Lin Zhao', 1, 2],
      ])
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(await desks.refused('ada', 'file', 'copies', 'wing.stp')).toMatch(/Why: .+/)
  expect(await desks.wrong('paula', 'file', 'copies', unknownFile)).toMatch(/cannot .*file/)

  const asked = await desks.done('ada', 'file', 'delete', 'wing.stp', '--reason', 'contract closed')
  const [, approvalId = ''] = /approval +(\S+)/.exec(asked) ?? []
  await desks.done('grace', 'approval', 'approve', approvalId, '--yes')
  expect(await desks.done('grace', 'file', 'copies', id)).toMatch(/wing\.stp is deleted here\.\n[^]*Lin Zhao +1 +2/)
  expect(await desks.done('paula', 'file', 'history', id)).toContain('wing.stp is deleted here.')
  for (const who of ['ada', 'lin'])
    expect(await desks.refused(who, 'file', 'share', id, '--with', 'Tomás Rivera')).toContain('file-deleted')
  const late = await desks.wrong('grace', 'file', 'reclassify', id, '--add', 'program/heron', '--reason', 'x')
  expect(late).toContain('deleted')
}, 120_000)
