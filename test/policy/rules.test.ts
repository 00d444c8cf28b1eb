// Which rule of the regulations has which cases: policies/cases/rules.json. A rule without any says why no decision touches it.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { actions } from '@sallyport/protocol'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { casesFolder, readCases } from './cases.ts'
import { readRegistrations } from './registrations.ts'

const titles = z.array(z.string()).min(1)
const rule = z
  .strictObject({
    rule: z.string(),
    citation: z.string(),
    /** By their file. */
    cases: z.record(z.string(), titles).optional(),
    registrations: titles.optional(),
    /** What the titles of tests that are no data say, by their file. */
    tests: z.record(z.string(), titles).optional(),
    /** Why no decision touches it. */
    apart: z.string().min(40).optional(),
  })
  .refine(
    (one) =>
      (one.apart === undefined) !==
      (one.cases === undefined && one.registrations === undefined && one.tests === undefined),
    'has neither a case nor a reason why not, or both',
  )

const root = fileURLToPath(new URL('../../', import.meta.url))
const rules = z.array(rule).parse(JSON.parse(readFileSync(join(casesFolder, 'rules.json'), 'utf8')))
const cases = readCases()
const registrations = new Map(readRegistrations().cases.map((one) => [one.title, one]))

/** Whether each of these was let through. */
const outcomes = (one: z.infer<typeof rule>): readonly boolean[] => [
  ...Object.entries(one.cases ?? {}).flatMap(([file, names]) =>
    names.map((title) => {
      const found = cases.get(file)?.find((each) => each.title === title)
      if (found === undefined) throw new Error(`${one.rule}: ${file} has no case "${title}"`)
      return found.decision.effect === 'permit'
    }),
  ),
  ...(one.registrations ?? []).map((title) => {
    const found = registrations.get(title)
    if (found === undefined) throw new Error(`${one.rule}: no registration "${title}"`)
    return 'warnings' in found.outcome
  }),
]

describe('policies/cases/rules.json', () => {
  test('names each rule once, with its citation', () => {
    const names = rules.map((one) => one.rule)
    expect(new Set(names).size).toBe(names.length)
  })

  test.each(rules.filter((one) => one.apart === undefined).map((one) => [one.rule, one] as const))(
    '%s has cases that are there, one that is let through and one that is refused among them',
    (_, one) => {
      for (const [file, texts] of Object.entries(one.tests ?? {})) {
        expect(existsSync(join(root, file)), file).toBe(true)
        const source = readFileSync(join(root, file), 'utf8')
        for (const text of texts) expect(source.includes(text), `${file}: ${text}`).toBe(true)
      }
      const found = outcomes(one)
      if (found.length > 0) expect(new Set(found)).toEqual(new Set([true, false]))
    },
  )

  test('has every case of the regulations under the rule that it is of', () => {
    const named = new Set(
      rules.flatMap((one) =>
        Object.entries(one.cases ?? {}).flatMap(([file, all]) => all.map((title) => `${file}: ${title}`)),
      ),
    )
    const loose = (cases.get('regulation') ?? []).filter(({ title }) => !named.has(`regulation: ${title}`))
    expect(loose.map(({ title }) => title)).toEqual([])
  })
})

describe('policies/cases', () => {
  test.each(Object.keys(actions))('%s has a case that is permitted and one that is refused', (action) => {
    const effects = [...cases.values()].flat().filter((one) => one.request.action === action)
    expect(new Set(effects.map((one) => one.decision.effect))).toEqual(new Set(['permit', 'deny']))
  })
})
