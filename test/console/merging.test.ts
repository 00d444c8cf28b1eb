// Two records of one human being made one at the console, and a record of two made two; and what is said beforehand of joining them.

import { personAdded, personHistory } from '@sallyport/protocol/api'
import { describe, expect, test } from 'vitest'
import { becomes, disagreementsSeen } from '../../console/src/pages/person/joining.ts'
import { sequenced } from '../../server/src/http/testing.ts'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere } from './signed-in.ts'

const record: Parameters<typeof becomes>[0] = {
  status: 'us-person',
  roles: ['engineer'],
  assignments: [],
  externalId: null,
  employer: null,
  regularEmployee: true,
  nda: true,
  actsForForeignEmployer: false,
}

describe('joining, as it is said beforehand', () => {
  test('takes over what narrows and the number where there is none, and nothing that gives', () => {
    const rows = becomes(
      record,
      {
        ...record,
        roles: ['officer'],
        externalId: 'E-7',
        assignments: [{ program: 'falcon', purpose: 'design' }],
        actsForForeignEmployer: true,
      },
      String,
    )
    expect(Object.fromEntries(rows.map(({ what, after }) => [what, after]))).toMatchObject({
      Roles: 'engineer',
      'Assigned to': 'None',
      'Number in other systems': 'E-7',
      'Acts for a foreign employer': 'Yes',
    })
  })

  test.each([
    ['nothing', {}, {}, []],
    ['another status', {}, { status: 'foreign-person' }, ['status']],
    ['an unverified duplicate, whose blanks say nothing', {}, { status: 'unverified', nda: false }, []],
    ['employment and NDA of a U.S. person, which decide nothing', {}, { nda: false, employer: 'calder-aero' }, []],
    [
      'what decides for a foreign person',
      { status: 'foreign-person' },
      { status: 'foreign-person', nda: false, regularEmployee: false, employer: 'calder-aero' },
      ['employer', 'regular employment', 'NDA'],
    ],
    ['a kept record that is not verified', { status: 'unverified' }, {}, []],
  ] as const)('disagrees in %s', (_, kept, duplicate, found) => {
    expect(disagreementsSeen({ ...record, ...kept }, { ...record, ...duplicate })).toEqual(found)
  })
})

describe.skipIf(!isChromiumThere)(`at the console, ${inChromium}`, { timeout: 180_000 }, () => {
  const desk = consoleServed(9955)
  const { as, personOf: of } = desk

  test('an officer sees what is joined, merges two records, and the page goes on in the one that is kept', async () => {
    const added = await desk.served.client.done(personAdded, 'omar', 'POST', '/people', {
      name: 'Ben Ortega jr',
      kind: 'employee',
      externalId: 'E-77',
      actsForForeignEmployer: true,
    })
    const page = await as('grace', `/people/${added.person.id}`)
    await page.getByRole('button', { name: 'Records' }).click()
    await page.getByRole('menuitem', { name: 'Merge with another record' }).click()
    const merge = page.getByRole('button', { name: 'Merge them now' })
    expect(await merge.isDisabled()).toBe(true)
    await page.getByRole('combobox', { name: 'Another record of the same human being' }).pressSequentially('Ben Ort')
    await page.getByRole('option', { name: 'Ben Ortega', exact: true }).click()
    await page.getByLabel('The other one: Ben Ortega').check()
    const joined = page.getByRole('table', { name: 'What is joined' })
    await joined.getByRole('row', { name: /Number in other systems .*E-77 E-77$/ }).waitFor()
    await joined.getByRole('row', { name: /Acts for a foreign employer No Yes Yes/ }).waitFor()
    await page.getByLabel('Why').fill('entered twice')
    await merge.click()
    await page.getByRole('heading', { level: 1, name: 'Ben Ortega', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Ben Ortega jr' }).waitFor()
    const ben = await of('Ben Ortega')
    expect(ben).toMatchObject({ status: 'us-person', externalId: 'E-77', actsForForeignEmployer: true })
    expect(await of('Ben Ortega jr')).toMatchObject({ status: 'ended', mergedInto: ben.id })
    await page.getByRole('link', { name: 'Ben Ortega jr' }).click()
    await page.getByText('This record was merged into').waitFor()
    expect(await page.getByRole('button', { name: 'Records' }).count()).toBe(0)
  })

  test('an officer splits somebody new from a record, and both are unverified', async () => {
    const page = await as('henry', `/people/${(await of('Tomás Rivera')).id}`)
    await page.getByRole('button', { name: 'Records' }).click()
    await page.getByRole('menuitem', { name: 'Split somebody new from it' }).click()
    await page.getByLabel('Name of somebody new').fill('Thomas Rivera')
    await page.getByLabel('Subjects to take away').fill('tomas')
    await page.getByLabel('Why').fill('two people of one name')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Split it now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thomas Rivera' }).waitFor()
    await page.getByText('Nobody has verified them').waitFor()
    const [old, fresh] = [await of('Tomás Rivera'), await of('Thomas Rivera')]
    expect([old.status, fresh.status]).toEqual(['unverified', 'unverified'])
    await sequenced(desk.served.site)
    const { splitFrom } = await desk.served.client.done(personHistory, 'paula', 'GET', `/people/${fresh.id}/history`)
    expect(splitFrom).toMatchObject({ id: old.id })
  })

  test('nobody but an officer is offered either', async () => {
    const { id } = await of('Ada Whitfield')
    for (const who of ['omar', 'paula']) {
      const page = await as(who, `/people/${id}`)
      await page.getByRole('heading', { level: 1, name: 'Ada Whitfield' }).waitFor()
      expect(await page.getByRole('button', { name: 'Records' }).count()).toBe(0)
    }
  })
})
