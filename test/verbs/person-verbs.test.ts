// Records as officers keep them from the command line: a new program, an NDA, a country, a review; asked for, approved, and seen in
// what people may open from then on.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servedSample } from '../../server/src/http/testing.ts'
import { desksOf, type Desks } from './desks.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let desks: Desks
let file = ''
beforeAll(async () => {
  served = await servedSample(9983)
  desks = desksOf(served.address)
  await writeFile(join((await desks.at('ada')).workingFolder, 'plan.stp'), 'a plan\n')
  await desks.done('ada', 'file', 'protect', 'plan.stp', '--vault', 'falcon')
  file = (await desks.told(api.files, 'ada', 'file', 'list')).files[0]?.id ?? ''
}, 60_000)
afterAll(() => served.stop())

const open = () => ['file', 'open', file, '--acknowledge', '--force', '-o', 'plan.stp'] as const
const record = (who: string) => desks.told(api.personShown, 'paula', 'person', 'show', who)
/** Approve what was asked for, as these people, the last of whom executes it. */
async function approved(asked: string, ...by: readonly string[]): Promise<void> {
  expect(asked).toMatch(/^Asked for .+: .+\. Nothing has changed yet; 2 others approve it\./)
  const [, approvalId = ''] = /approval +(\S+)/.exec(asked) ?? []
  for (const who of by) await desks.done(who, 'approval', 'approve', approvalId, '--yes')
}
const hostile = 'x\u001b[2J\u202e'

test('somebody joins a program once two officers agree, and leaves it at once', async () => {
  const to = (verb: string, who: string, program: string, reason = 'work package 3') =>
    ['person', verb, who, '--program', program, '--purpose', 'co-development', '--reason', reason] as const
  expect(await desks.refused('ben', ...open())).toContain('need-to-know')
  expect(await desks.refused('ada', ...to('assign', 'ben', 'falcon'))).toContain('Refused: read the roster')
  expect(await desks.refused('paula', ...to('assign', 'ben', 'falcon'))).toContain('Refused: ask for a change to Ben')
  expect(await desks.wrong('omar', ...to('assign', 'nobody', 'falcon'))).toContain('cannot find person nobody')
  expect(await desks.wrong('omar', ...to('assign', 'ben', hostile))).toContain('program: ')
  expect(await desks.wrong('omar', ...to('assign', 'ben', 'heron', hostile))).toContain('plain text')

  const asked = await desks.done('omar', ...to('assign', 'ben', 'falcon'))
  expect(await desks.wrong('omar', ...to('assign', 'ben', 'falcon'))).toContain('waits')
  expect((await record('ben')).assignments.map(({ program }) => program)).toEqual(['heron'])
  await approved(asked, 'henry', 'wanda')
  expect((await record('ben')).assignments.map(({ program }) => program)).toEqual(['falcon', 'heron'])
  await desks.done('ben', ...open())
  expect(await desks.wrong('omar', ...to('assign', 'ben', 'falcon'))).toContain('has the assignment already')

  expect(await desks.refused('paula', ...to('unassign', 'ben', 'falcon'))).toContain('Refused: change Ben Ortega')
  expect(await desks.done('grace', ...to('unassign', 'ben', 'falcon'))).toMatch(
    /^Done for Ben Ortega: take off a program\./,
  )
  expect(await desks.refused('ben', ...open())).toContain('need-to-know')
  expect(await desks.wrong('grace', ...to('unassign', 'ben', 'falcon'))).toContain('there is no such assignment')
}, 120_000)

test('what coverage rests on ends at once, and comes back with two others; of a U.S. person nothing rests on it', async () => {
  const fact = (who: string, ...what: readonly string[]) =>
    ['person', 'fact', who, ...what, '--reason', 'letter of 3 May'] as const
  await desks.done('james', ...open())
  for (const [ends, begins, by] of [
    ['--no-nda', ['--nda', '2026-02-01'], 'henry'],
    ['--no-regular-employee', ['--regular-employee', 'direct-permanent'], 'omar'],
    ['--own-employer', ['--employer', 'calder-aero'], 'grace'],
  ] as const) {
    const others = ['grace', 'henry', 'wanda'].filter((one) => one !== by).slice(0, 2)
    // Who employs somebody can let them in or keep them out, so that it takes others either way.
    if (ends === '--own-employer') await approved(await desks.done(by, ...fact('james', ends)), ...others)
    else expect(await desks.done('grace', ...fact('james', ends))).toContain('Done for ')
    expect(await desks.refused('james', ...open())).toContain('no-coverage')
    await approved(await desks.done(by, ...fact('james', ...begins)), ...others)
    await desks.done('james', ...open())
  }
  expect(await record('james')).toMatchObject({ nda: true, ndaSignedOn: '2026-02-01', employer: 'calder-aero' })

  expect(await desks.done('grace', ...fact('ada', '--briefed', '2026-03-01'))).toContain('Done for ')
  expect(await desks.done('grace', ...fact('ada', '--foreign-employer'))).toContain('Done for ')
  // It takes an empowered official, who is Grace.
  await approved(await desks.done('henry', ...fact('ada', '--no-foreign-employer')), 'wanda', 'grace')
  expect(await record('ada')).toMatchObject({ briefedOn: '2026-03-01', actsForForeignEmployer: false })
  await desks.done('ada', ...open())

  expect(await desks.wrong('grace', ...fact('james', '--nda', '2999-01-01'))).toContain('yet to come')
  expect(await desks.wrong('grace', ...fact('james', '--briefed', hostile))).toContain('briefedOn: ')
  expect(await desks.wrong('grace', ...fact('james', '--no-nda', '--own-employer'))).toContain('exactly one fact')
  expect(await desks.refused('grace', ...fact('grace', '--briefed', '2026-03-01'))).toMatch(/Refused: change Grace/)
  expect(await desks.refused('james', ...fact('ada', '--no-nda'))).toContain('Refused: ')
}, 120_000)

test('a country counts from the moment it is told, and goes with two others; of a U.S. person none is taken', async () => {
  const tie = (who: string, ...what: readonly string[]) =>
    ['person', 'tie', who, ...what, '--reason', 'told us'] as const
  const known = async () =>
    (await desks.told(api.tiesShown, 'henry', 'person', 'ties', 'james', '--purpose', 'license application')).ties
  const before = await known()
  expect(await desks.done('grace', ...tie('james', '--add', 'former-citizenship:RU'))).toMatch(
    /^Done for James Calder: add a country\./,
  )
  expect(await desks.refused('james', ...open())).toMatch(/Why: .+/)
  expect(await known()).toEqual({ ...before, formerCitizenships: ['RU'] })
  const gone = await desks.done('omar', ...tie('james', '--remove', 'former-citizenship:RU'))
  expect(await desks.done('henry', 'person', 'show', 'james')).not.toMatch(/\bRU\b/)
  await approved(gone, 'henry', 'grace')
  expect(await known()).toEqual(before)
  await desks.done('james', ...open())

  const said = async (what: string) => await desks.wrong('grace', ...tie('marc', '--add', what))
  expect(await said('citizenship:US')).toContain('foreign countries only')
  expect(await said('former-citizenship:SU')).toMatch(/\bRU\b/)
  expect(await said('passport:GB')).toContain('tie: ')
  expect(await said('citizenship:CA')).toContain('has the country tie already')
  // Nothing of what was typed is left out: each country is told by itself.
  for (const several of ['citizenship:IE:RU', 'citizenship:IE,RU', 'citizenship', `citizenship:${hostile}`])
    expect(await said(several)).toContain('country: ')
  expect(await desks.wrong('grace', ...tie('lin zhao', '--add', 'citizenship:CN'))).toContain('status is us-person')
  expect(await desks.wrong('grace', ...tie('marc', '--remove', 'citizenship:FR'))).toContain('no such country tie')
  expect(await desks.refused('paula', ...tie('marc', '--add', 'citizenship:IE'))).toContain('Refused: ')
  // In small letters as well, as `person verify` takes them.
  expect(await desks.done('grace', ...tie('marc', '--add', 'citizenship:ie'))).toContain('Done for ')
}, 120_000)

test('a status that was looked at again says when, and who said so; nobody looks at their own', async () => {
  const review = (who: string, reason = 'yearly review') => ['person', 'review', who, '--reason', reason] as const
  const before = await record('lin zhao')
  expect(before.reviewedAt).toBeNull()
  expect(await desks.done('grace', ...review('lin zhao'))).toMatch(
    /^Done for Lin Zhao: confirm that the status still holds\.\nversion +\d+\nentry /,
  )
  const after = await record('lin zhao')
  expect(after).toMatchObject({ version: before.version + 1, status: before.status })
  expect(after.reviewedAt).not.toBeNull()
  expect(await desks.done('paula', 'person', 'history', 'lin zhao')).toMatch(/Grace Okafor[^\n]*yearly review/)

  expect(await desks.wrong('grace', ...review('noah'))).toContain('status is unverified, want somebody verified')
  expect(await desks.wrong('grace', ...review('sofia'))).toContain('status is ended')
  for (const reason of ['', hostile])
    expect(await desks.wrong('grace', ...review('tomas', reason))).toMatch(/reason: want/)
  expect((await desks.run('grace', 'person', 'review', 'tomas')).exit).toBe(2)
  for (const [by, whom] of [
    ['paula', 'tomas'],
    ['ada', 'tomas'],
    ['grace', 'grace'],
  ] as const)
    expect(await desks.refused(by, ...review(whom))).toContain('Refused: ')
  expect((await record('tomas')).reviewedAt).toBeNull()
}, 120_000)
