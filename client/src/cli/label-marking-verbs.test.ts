import { expect, test } from 'vitest'
import { createMachine } from '../testing/command.ts'

const machine = createMachine()
const run = async (...argv: string[]) => {
  const { exit, out, err } = await machine.run(['label', ...argv, '--json'])
  return { exit, told: out === '' ? err : (JSON.parse(out) as unknown) }
}

test('sallyport label read-marking: labels of what stands on paper, its faults, and a stop at what is unknown', async () => {
  expect(await run('read-marking', 'CUI//SP-EXPT//REL TO USA, AUS, GBR')).toEqual({
    exit: 0,
    told: { labels: ['cui/sp-expt', 'relto/usa-aus-gbr'], unread: [], faults: [] },
  })
  const { exit, told } = await run('read-marking', 'CUI//NOFRON')
  expect({ exit, told }).toMatchObject({ exit: 1, told: { unread: ['NOFRON'] } })
  expect(
    await run(
      'read-marking',
      'DISTRIBUTION STATEMENT D. Distribution authorized to Department of Defense and U.S. DoD contractors only; Export Controlled; 12 May 2026.',
    ),
  ).toMatchObject({
    exit: 0,
    told: { labels: ['distribution/d.exp.2026-05-12'] },
  })
  expect((await run('read-marking', 'Rotor assembly')).exit).toBe(1)
})

test('sallyport label write-marking: banner and statements, and nothing that contradicts itself', async () => {
  expect(
    await run('write-marking', 'jurisdiction/itar, cui/sp-expt, dissem/noforn, distribution/d.exp.2026-05-12'),
  ).toMatchObject({
    exit: 0,
    told: {
      banner: 'CUI//SP-EXPT//NOFORN',
      portion: '(CUI//SP-EXPT//NF)',
      statements: [expect.stringContaining('DISTRIBUTION STATEMENT D.') as string],
    },
  })
  for (const wrong of [
    'cui/basic,dissem/noforn,relto/usa-aus',
    'distribution/a,jurisdiction/itar',
    'colour/red',
    'cui/sp-expt,dissem/orcon',
  ]) {
    expect((await run('write-marking', wrong)).exit).toBe(1)
  }
})
