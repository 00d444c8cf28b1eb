// What would change under another policy set, by classes, against the same question put person by person and file by file.

import type { Action, Id } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestFor, resource } from '../../server/src/main/testing.ts'
import {
  effectOfPolicySet,
  makePolicyReader,
  shippedPolicies,
  whatCanOpen,
  type Permit,
  type PolicyEffect,
  type PolicySource,
  type SoundPolicySet,
} from '../../server/src/policy/index.ts'
import { openCaseCompany, type CaseCompany } from './cases.ts'
import { forceInForce } from './force.ts'

let company: CaseCompany
let shipped: PolicySource
beforeAll(async () => {
  company = await openCaseCompany()
  shipped = await shippedPolicies()
})
afterAll(() => company.stop())

const read = makePolicyReader()

/** The shipped set with further policies. */
async function withMore(more: string): Promise<SoundPolicySet> {
  const { findings, sound } = await read({ ...shipped, policyText: shipped.policyText + more })
  if (sound === null) throw new Error(`the set has findings: ${JSON.stringify(findings)}`)
  return sound
}

async function permit(): Promise<Permit<'decision.search'>> {
  const decision = await company.decide(requestFor('grace', 'decision.search', resource('enclave', 'enclave')))
  if (decision.effect === 'deny') throw new Error('grace may not search')
  return decision.permit
}

/** Who can open what, asked for one person after the other, as `person file`. */
async function opened(): Promise<ReadonlySet<string>> {
  const rows = await company.database.query('SELECT person_id FROM roster_subject')
  const found = new Set<string>()
  for (const row of rows) {
    const personId = row['person_id'] as Id<'person'>
    const { answers } = await whatCanOpen(await permit(), { personId, after: null }, company.enclave.search)
    for (const { fileId, effect } of answers) if (effect === 'permit') found.add(`${personId} ${fileId}`)
  }
  return found
}

function expanded(
  { people, things, changes }: PolicyEffect,
  action: Action,
  situation: string,
  change: string,
): ReadonlySet<string> {
  return new Set(
    changes
      .filter((one) => one.change === change && one.actions.includes(action) && one.situations.includes(situation))
      .flatMap((one) =>
        (people[one.people]?.members ?? []).flatMap((person) =>
          (things[one.things]?.members ?? []).map((thing) => `${person} ${thing}`),
        ),
      ),
  )
}

const isOpening = 'action == Sallyport::Action::"file.open"'
const rule = (id: string, text: string) => `\n@id("${id}")\n@reason("Why.")\n@fix("How.")\n@ask("officer")\n${text}\n`

test.each([
  [
    'foreign persons open nothing',
    rule('us-only', `forbid (principal, ${isOpening}, resource) unless { principal.usPerson };`),
  ],
  [
    'falcon alone opens',
    rule(
      'falcon',
      `forbid (principal, ${isOpening}, resource is Sallyport::File) unless { resource.programs == ["falcon"] };`,
    ),
  ],
  [
    'whoever has two programs opens nothing',
    rule(
      'two',
      `forbid (principal, ${isOpening}, resource) when { principal.programs.containsAll(["falcon", "heron"]) };`,
    ),
  ],
  [
    'everybody covered opens',
    rule('covered', `permit (principal, ${isOpening}, resource) when { principal.usPerson || context.coverage.live };`),
  ],
])(
  'effectOfPolicySet() says for everybody and every file what single questions say: %s',
  { timeout: 120_000 },
  async (_, more) => {
    const source = await withMore(more)
    const effect = await effectOfPolicySet(await permit(), () => Promise.resolve(source), company.enclave.search)
    const before = await opened()
    const restore = await forceInForce(company.database, source.policyText)
    const after = await opened()
    await restore()
    expect(before.size).toBeGreaterThan(20)
    const here = 'in the United States'
    expect([...expanded(effect, 'file.open', here, 'loses')].sort()).toEqual(
      [...before].filter((one) => !after.has(one)).sort(),
    )
    expect([...expanded(effect, 'file.open', here, 'gains')].sort()).toEqual(
      [...after].filter((one) => !before.has(one)).sort(),
    )
    expect(effect.changes.flatMap((one) => one.because)).not.toContainEqual(expect.objectContaining({ text: '' }))
  },
)

test('effectOfPolicySet() tells one file from others of its labels where a policy names it', async () => {
  const { answers } = await whatCanOpen(
    await permit(),
    { personId: company.id('ada'), after: null },
    company.enclave.search,
  )
  const [file] = answers.filter((one) => one.effect === 'permit')
  const more = rule('one', `forbid (principal, ${isOpening}, resource == Sallyport::File::"${file?.fileId}");`)
  const effect = await effectOfPolicySet(await permit(), () => withMore(more), company.enclave.search)
  const things = new Set(effect.changes.flatMap((one) => effect.things[one.things]?.members ?? []))
  expect([...things]).toEqual([file?.fileId])
})

test('effectOfPolicySet() asks from other places, and through workloads', async () => {
  const more = rule(
    'abroad',
    `forbid (principal, ${isOpening}, resource) when { context.place.country == "GB" || !context.human };`,
  )
  const { changes } = await effectOfPolicySet(await permit(), () => withMore(more), company.enclave.search)
  const situations = new Set(changes.flatMap((one) => one.situations))
  expect([...situations].sort()).toEqual(['in GB', 'through a workload, in the United States'])
})

test('effectOfPolicySet() spends its permit before it has the set read', async () => {
  const asked = await permit()
  await effectOfPolicySet(asked, () => withMore(''), company.enclave.search)
  let reads = 0
  const read = async () => {
    reads++
    return await withMore('')
  }
  await expect(effectOfPolicySet(asked, read, company.enclave.search)).rejects.toMatchObject({ code: 'refused' })
  expect(reads).toBe(0)
})
