import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mappingFault, meansMore, parseOutside, readOutside, writeOutside, type Mapping } from './outside.ts'
import { someText } from './testing.ts'

const tenant = '11111111-2222-3333-4444-555555555555'
const other = '99999999-2222-3333-4444-555555555555'
const guid = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
const fqn = (name: string) => `https://sallyport.test/attr/${name.replace('/', '/value/')}`
const [itar, falcon, noforn] = ['jurisdiction/itar', 'program/falcon', 'dissem/noforn'].map(fqn) as [
  string,
  string,
  string,
]

const register = (mappings: readonly Mapping[]) => ({
  byId: new Map(mappings.map((one) => [one.outside, one.labels])),
  tenants: new Set(
    mappings
      .map(({ outside }) => parseOutside(outside))
      .flatMap((one) => (one?.system === 'microsoft' ? [one.scope] : [])),
  ),
})
const read = (mappings: readonly Mapping[], outside: string, isOn = true) => {
  const { byId, tenants } = register(mappings)
  return readOutside([{ outside, isOn }], byId, tenants)[0]
}

describe('parseOutside()', () => {
  test('takes ids and no names, in one form', () => {
    expect(parseOutside(`microsoft:${tenant.toUpperCase()}/${guid(1)}`)).toEqual({
      system: 'microsoft',
      scope: tenant,
      id: `microsoft:${tenant}/${guid(1)}`,
    })
    expect(parseOutside('google:lAbEl/f1/c1')).toEqual({ system: 'google', scope: 'lAbEl', id: 'google:lAbEl/f1/c1' })
    expect(parseOutside('opentdf:https://Agency.example/attr/class/value/Itar')).toEqual({
      system: 'opentdf',
      scope: 'agency.example',
      id: 'opentdf:https://agency.example/attr/class/value/itar',
    })
    for (const wrong of [
      'microsoft:ITAR',
      `microsoft:${tenant}`,
      'google:a/b',
      'purview:a/b/c',
      'opentdf:agency',
      '',
      null,
      7,
    ])
      expect(parseOutside(wrong)).toBeNull()
  })

  test('never throws, and reads its own form back the same', () => {
    fc.assert(
      fc.property(fc.constantFrom('microsoft:', 'google:', 'opentdf:', ''), someText, (system, text) => {
        const label = parseOutside(`${system}${text}`)
        expect(label === null ? null : parseOutside(label.id)).toEqual(label)
      }),
    )
  })
})

describe('readOutside()', () => {
  const mappings = [{ outside: `microsoft:${tenant}/${guid(1)}`, labels: [itar] }]

  test('stops at what nobody mapped, and never takes it for nothing', () => {
    expect(read(mappings, `microsoft:${tenant}/${guid(1)}`)).toMatchObject({ state: 'mapped', labels: [itar] })
    expect(read(mappings, `microsoft:${tenant}/${guid(2)}`)).toMatchObject({ state: 'unknown', labels: [] })
    expect(read(mappings, 'google:a/b/c')).toMatchObject({ state: 'unknown' })
    expect(read(mappings, 'what is this')).toMatchObject({ state: 'unknown' })
  })

  test("takes another tenant's label for none of ours, the same GUID as well, and what was switched off for no protection", () => {
    expect(read(mappings, `microsoft:${other}/${guid(1)}`)).toMatchObject({ state: 'elsewhere', labels: [] })
    expect(read(mappings, `microsoft:${tenant}/${guid(1)}`, false)).toMatchObject({ state: 'off', labels: [] })
  })
})

describe('writeOutside()', () => {
  test('says only what is read back as the same set, in every system', () => {
    const labels = ['jurisdiction/itar', 'jurisdiction/ear', 'program/falcon', 'dissem/noforn', 'cui/sp-cti'].map(fqn)
    const sets = fc.uniqueArray(fc.subarray(labels, { minLength: 1 }), { maxLength: 6, selector: (one) => one.join() })
    const names = {
      microsoft: (n: number) => `microsoft:${tenant}/${guid(n)}`,
      google: (n: number) => `google:label/f${n % 3}/c${n}`,
      opentdf: (n: number) => `opentdf:https://agency.example/attr/a/value/v${n}`,
    } as const
    const scopes = { microsoft: tenant, google: 'label', opentdf: 'agency.example' } as const
    fc.assert(
      fc.property(
        sets,
        fc.subarray(labels, { minLength: 1 }),
        fc.constantFrom('microsoft', 'google', 'opentdf'),
        (all, wanted, system) => {
          const mappings: Mapping[] = []
          for (const [n, set] of all.entries()) {
            const one = { outside: names[system](n), labels: set }
            expect(mappingFault(one, mappings)).toBeNull()
            mappings.push(one)
          }
          const { byId, tenants } = register(mappings)
          const back = (outside: readonly string[]) => [
            ...new Set(
              readOutside(
                outside.map((one) => ({ outside: one, isOn: true })),
                byId,
                tenants,
              ).flatMap((one) => one.labels),
            ),
          ]
          // Outside, here, outside: every mapping.
          for (const { outside, labels } of mappings) {
            expect(writeOutside(labels, mappings, { system, scope: scopes[system] })).toEqual([outside])
          }
          // Here, outside, here: whatever can be said.
          const written = writeOutside(wanted, mappings, { system, scope: scopes[system] })
          if (written !== null) expect(back(written).toSorted()).toEqual(wanted.toSorted())
        },
      ),
    )
  })

  test('says nothing in another scope, and nothing that says too little', () => {
    const mappings = [
      { outside: `microsoft:${tenant}/${guid(1)}`, labels: [itar] },
      { outside: `microsoft:${tenant}/${guid(2)}`, labels: [falcon] },
    ]
    expect(writeOutside([itar], mappings, { system: 'microsoft', scope: tenant })).toEqual([mappings[0]?.outside])
    expect(writeOutside([itar], mappings, { system: 'microsoft', scope: other })).toBeNull()
    expect(writeOutside([itar, falcon], mappings, { system: 'microsoft', scope: tenant })).toBeNull()
  })
})

describe('mappingFault()', () => {
  const mappings = [{ outside: `microsoft:${tenant}/${guid(1)}`, labels: [itar] }]

  test('lets one set have one outside label of a scope', () => {
    expect(mappingFault({ outside: `microsoft:${tenant}/${guid(2)}`, labels: [itar] }, mappings)).toMatch(
      /means the same/,
    )
    expect(mappingFault({ outside: `microsoft:${other}/${guid(2)}`, labels: [itar] }, mappings)).toBeNull()
    expect(mappingFault({ outside: `microsoft:${tenant}/${guid(2)}`, labels: [] }, mappings)).toMatch(/means nothing/)
    expect(mappingFault({ outside: 'ITAR', labels: [itar] }, mappings)).toMatch(/no label/)
  })
})

describe('meansMore()', () => {
  test('one officer makes a label mean more, or nothing that anybody could go on with', () => {
    expect(meansMore([itar], [itar, noforn])).toBe(true)
    expect(meansMore([itar], null)).toBe(true)
    expect(meansMore(null, [itar])).toBe(false)
    expect(meansMore([itar, noforn], [itar])).toBe(false)
    expect(meansMore([itar], [falcon, noforn])).toBe(false)
    expect(meansMore([itar], [itar, fqn('item/iv-h-1')])).toBe(false)
    expect(meansMore([itar], [itar, fqn('program/dl-icd')])).toBe(false)
    expect(meansMore([itar], [itar, falcon])).toBe(true)
  })
})
