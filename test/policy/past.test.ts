// Who could open what at a moment of the past: whatever changed since, the answer is the one that was given at that moment.

import { setTimeout } from 'node:timers/promises'
import type { Action, Id, PersonChange } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endAuthorization } from '../../server/src/authorizations/index.ts'
import { reclassifyFile } from '../../server/src/files/index.ts'
import { requestFor, resource, sampleLabel } from '../../server/src/main/testing.ts'
import { shippedPolicies, whatCanOpen, whoCanOpen, type Permit } from '../../server/src/policy/index.ts'
import { applyChange, changeSetting, endPerson } from '../../server/src/roster/index.ts'
import { openCaseCompany, type CaseCompany } from './cases.ts'
import { enrol, registerFile } from './enrol.ts'
import { forceInForce } from './force.ts'

const nobodyOpens = `
@id("nobody-opens")
@reason("Nobody opens anything.")
@fix("Wait.")
@ask("officer")
forbid (principal, action == Sallyport::Action::"file.open", resource);`

let company: CaseCompany
let files: readonly Id<'file'>[]
beforeAll(async () => {
  company = await openCaseCompany()
  const labels = ['jurisdiction/itar', 'program/falcon', 'item/iv-h-1']
  files = [
    await registerFile(company, { name: 'past-one.stp', vault: 'falcon', labels }),
    await registerFile(company, { name: 'past-two.stp', vault: 'falcon', labels }),
  ]
})
afterAll(() => company.stop())

async function permit<A extends Action>(action: A, about = resource('enclave', 'enclave')): Promise<Permit<A>> {
  const decision = await company.decide(requestFor('grace', action, about))
  if (decision.effect === 'deny') throw new Error(`grace may not ${action}`)
  return decision.permit
}

/** Every answer that there is about these files and people. */
async function ask(asOfMs: number | null): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (const fileId of files) {
    const asked = { fileId, after: null, asOfMs }
    answers.push(await whoCanOpen(await permit('decision.search'), asked, company.enclave.search))
  }
  for (const name of ['ada', 'james']) {
    const asked = { personId: company.id(name), after: null, asOfMs }
    answers.push(await whatCanOpen(await permit('decision.search'), asked, company.enclave.search))
  }
  return answers
}

async function change(id: Id<'person'>, wanted: PersonChange): Promise<void> {
  const [row] = await company.database.query('SELECT version FROM person WHERE id = $1', [id])
  const version = Number(row?.['version'])
  const asked = await permit('person.change', resource('person', id))
  await applyChange(company.enclave.roster, asked, { id, change: wanted, reason: 'memo', version })
}

async function now(): Promise<number> {
  await setTimeout(3)
  const [row] = await company.database.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms')
  await setTimeout(3)
  return Math.ceil(Number(row?.['ms']))
}

test('who could open what at a moment is what was answered at that moment, whatever changed since', async () => {
  const number = 'TA-0042-26'
  const [fileOne = '' as Id<'file'>, fileTwo = '' as Id<'file'>] = files
  let putBack = () => Promise.resolve()
  const acts: readonly (() => Promise<unknown>)[] = [
    () => Promise.resolve(),
    () => change(company.id('ada'), { change: 'unassign', program: 'falcon', purpose: 'co-development' }),
    () => change(company.id('noah'), { change: 'record-foreign-employer' }),
    async () => {
      const on = { name: 'foreign-employer-bars', isOn: true, reason: 'memo' } as const
      await changeSetting(company.enclave.roster, await permit('setting.change'), on)
    },
    async () => {
      const added = {
        fileId: fileOne,
        add: [sampleLabel('dissem/noforn')],
        takeOff: [],
        designation: 'agency memo',
        reason: 'memo',
      }
      await reclassifyFile(company.enclave.files, await permit('file.reclassify', resource('file', fileOne)), added)
    },
    async () => {
      const id = await company.authorizationId(number)
      const ending = await permit('authorization.end', resource('authorization', id))
      await endAuthorization(company.enclave.authorizations, ending, { id, reason: 'memo' })
    },
    () =>
      enrol(company, {
        subject: 'late',
        status: 'us-person',
        basis: 'citizen',
        roles: ['engineer'],
        assignments: [{ program: 'falcon', purpose: 'design' }],
      }),
    async () => {
      const ending = { id: company.id('ada'), kind: 'left', reason: 'memo' } as const
      await endPerson(company.enclave.roster, await permit('person.end', resource('person', ending.id)), ending)
    },
    async () => {
      const { policyText } = await shippedPolicies()
      putBack = await forceInForce(company.database, `${policyText}\n${nobodyOpens}`)
    },
    () => putBack(),
    () =>
      company.database.query(
        `UPDATE protected_file SET state = 'deleted', deleted_at = now(), object_key = NULL WHERE id = $1`,
        [fileTwo],
      ),
  ]
  const told: { atMs: number; answers: readonly unknown[] }[] = []
  for (const act of acts) {
    await act()
    told.push({ atMs: await now(), answers: await ask(null) })
  }
  // All differ, but that the policies are put back to what they were.
  expect(new Set(told.map(({ answers }) => JSON.stringify(answers))).size).toBe(acts.length - 1)
  for (const { atMs, answers } of told) expect(await ask(atMs)).toEqual(answers)
})

test('before there was an enclave nobody could open anything, and of days to come nothing is said', async () => {
  expect(await ask(Date.parse('2020-01-01'))).toEqual(Array.from({ length: 4 }, () => ({ answers: [], last: null })))
  await expect(ask((await now()) + 60_000)).rejects.toMatchObject({ code: 'invalid-request' })
})
