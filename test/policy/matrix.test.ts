// Who may do what, as a table that is read as a diff when policies change: policies/matrix.golden.md. Run the suite with
// `--update` to write it anew, and read what changed.

import { join } from 'node:path'
import { actions, type Action, type Role } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleIssuer } from '../../server/src/main/testing.ts'
import type { DecisionRequest } from '../../server/src/policy/index.ts'
import { casesFolder, openCaseCompany, type CaseCompany } from './cases.ts'
import { enrol } from './enrol.ts'

let company: CaseCompany
beforeAll(async () => {
  company = await openCaseCompany()
})
afterAll(() => company.stop())

const falcon = [{ program: 'falcon', purpose: 'co-development' }]
const usPerson = (subject: string, roles: readonly Role[], isAssigned: boolean) =>
  ({
    subject,
    status: 'us-person',
    basis: 'citizen',
    roles: [...roles],
    assignments: isAssigned ? falcon : [],
  }) as const
const partner = { status: 'foreign-person', assignments: falcon, employer: 'calder-aero' } as const
const british = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }
const everything: Role[] = ['engineer', 'officer', 'administrator', 'auditor', 'analyst', 'empowered-official']

/** Each column: who asks, and whether as a natural person. */
const columns = [
  ['engineer, assigned', usPerson('engineer', ['engineer'], true), true],
  ['engineer, not assigned', usPerson('engineer-elsewhere', ['engineer'], false), true],
  ["engineer's workload", usPerson('engineer-workload', ['engineer'], true), false],
  ['officer', usPerson('officer', ['officer'], false), true],
  ['empowered official', usPerson('official', ['empowered-official'], false), true],
  ["officer's workload", usPerson('officer-workload', ['officer'], false), false],
  ['administrator', usPerson('administrator', ['administrator'], false), true],
  ['auditor', usPerson('auditor', ['auditor'], false), true],
  ['analyst', usPerson('analyst', ['analyst'], false), true],
  ['no role', usPerson('no-role', [], true), true],
  ['all roles, covered foreign', { ...partner, subject: 'covered', roles: everything, ties: british }, true],
  [
    'all roles, uncovered foreign',
    { ...partner, subject: 'uncovered', roles: everything, employer: null, ties: british },
    true,
  ],
  ['all roles, unverified', { ...usPerson('unverified', everything, true), status: 'unverified', basis: null }, true],
  ['not on the roster', null, true],
] as const

test('decide() answers every role and every action as policies/matrix.golden.md says', async () => {
  for (const [, person] of columns) if (person !== null) await enrol(company, person as Parameters<typeof enrol>[1])
  const rows: string[][] = []
  const ofWorkloads = new Set<string>()
  for (const action of Object.keys(actions) as Action[]) {
    const row = [`\`${action}\``]
    for (const [, person, isNaturalPerson] of columns) {
      const request = await representative(action)
      const subject = {
        kind: 'identity',
        issuer: sampleIssuer,
        subject: person?.subject ?? 'stranger',
        isNaturalPerson,
      } as const
      const decision = await company.decide({ ...request, subject })
      if (!isNaturalPerson && decision.effect === 'permit') ofWorkloads.add(action)
      row.push(
        decision.effect === 'permit'
          ? '**permit**'
          : decision.reasons
              .map((one) => one.code)
              .sort()
              .join(', '),
      )
    }
    rows.push(row)
  }
  // A new action is a person's until somebody says that it is a workload's too.
  expect([...ofWorkloads].sort()).toEqual([
    'file.delete',
    'file.fetch',
    'file.list',
    'file.open',
    'file.protect',
    'vault.list',
  ])
  await expect(page(rows)).toMatchFileSnapshot(join(casesFolder, '../matrix.golden.md'))
})

/** What stands for all resources of an action: the enclave, or something of program Falcon, asked for from the U.S. */
async function representative(action: Action): Promise<DecisionRequest> {
  const about = {
    file: { registered: 'nozzle.step' },
    vault: { vault: 'falcon' },
    person: { person: 'noah' },
    authorization: { authorization: 'TA-0042-26' },
    approval: { approval: '01930000-0000-7000-8000-0000000000aa' },
    enclave: 'enclave',
  } as const
  return await company.request('ada', {
    subject: 'ada',
    action,
    resource: about[actions[action].resource],
    place: 'US',
    natural: true,
    fulfillable: ['acknowledge'],
  })
}

function page(rows: readonly (readonly string[])[]): string {
  const sections = columns.map(([who], column) => {
    const lines = rows.map((row) => [row[0] ?? '', row[column + 1] ?? ''] as const)
    return `## ${who[0]?.toUpperCase()}${who.slice(1)}\n\n${table([['action', 'answer'], ...lines])}`
  })
  return `# Who may do what\n\nMade by the suite from the shipped policies, for one resource of each kind: a file and a vault of program Falcon, a
person, an authorization, a request for approval, the enclave. Asked from the United States by a program that fulfils
every obligation. A refusal names its reason codes. Files that carry more labels, and other places, are in \`cases/\`.

${sections.join('\n')}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`
  const [head = ['', ''], ...rest] = rows
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rest.map(line).join('')
}
