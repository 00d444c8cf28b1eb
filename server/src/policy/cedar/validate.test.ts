import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { validate } from './validate.ts'

const schema = `entity Person = { usPerson: Bool, name: String }; entity File; action "file.open" appliesTo { principal: [Person], resource: [File], context: {} };`

const explained = `@reason("Why.")
@fix("How.")
@ask("officer")
`
const sound = `@id("us-person")
${explained}permit (principal, action, resource)
when { principal.usPerson };
`
const codes = (text: string, under = schema) => validate(text, under).map(({ code, policy }) => `${code} ${policy}`)

describe('validate()', () => {
  it('finds nothing in a set that is sound', () => {
    expect(validate(sound, schema)).toEqual([])
  })

  it('finds nothing in the policies of this version', () => {
    const read = (name: string) => readFileSync(new URL(`../../../../policies/${name}`, import.meta.url), 'utf8')
    const text = [read('permits.cedar'), read('limits.cedar')].join('\n')
    expect(validate(text, read('schema.cedarschema'))).toEqual([])
  })

  it('says what Cedar cannot read, of policies and of schema', () => {
    expect(codes('permit (principal, action);')).toEqual(['not-cedar null'])
    expect(codes(sound, 'entity Person = {')).toEqual(['schema null'])
  })

  it('reports an attribute that the schema does not have, under the name of its policy', () => {
    const found = validate(sound.replace('usPerson', 'usPersons'), schema)
    expect(found).toMatchObject([{ code: 'error', policy: 'us-person' }])
    expect(found[0]?.message).toContain('usPersons')
  })

  it('reports a warning: a policy that can never hold', () => {
    expect(codes(sound.replace('principal.usPerson', 'false'))).toEqual(['warning us-person'])
  })

  it('reports text that the formatter would change, and where', () => {
    const found = validate(sound.replace('when {', 'when  {'), schema)
    expect(found).toMatchObject([{ code: 'format', policy: null }])
    expect(found[0]?.message).toContain('line 6')
  })

  it('says in which line and column, counting characters', () => {
    const wrong = `// é\n${sound.replace('principal.usPerson', '"é" == principal.name &&\n  principal.usPersons')}`
    expect(validate(wrong, schema)).toContainEqual(
      expect.objectContaining({ code: 'error', policy: 'us-person', line: 8, column: 3 }),
    )
    expect(validate(sound.replace('principal, action', 'principal, é action'), schema)).toMatchObject([
      { code: 'not-cedar', line: 5, column: 20 },
    ])
    expect(
      validate(`${sound}\n${sound.replace('us-person', 'two').replace('@fix("How.")\n', '')}`, schema),
    ).toMatchObject([{ code: 'fix-missing', policy: 'two', line: 8, column: 1 }])
  })

  it.each([
    ['brackets', `${'('.repeat(200)}true${')'.repeat(200)}`],
    ['brackets behind a quotation mark that opens no string', `"${'('.repeat(200)}true${')'.repeat(200)}`],
    ['sets', `${'['.repeat(200)}1${']'.repeat(200)} == [1]`],
    ['a chain of ands', `true${' && true'.repeat(20_000)}`],
    ['a sum', `1${'+1'.repeat(3000)} > 0`],
    ['ifs', `${'if true then true else '.repeat(1000)}true`],
    ['attributes', `context${'.a'.repeat(3000)}`],
    ['a long list', `[${'"a",'.repeat(20_000)}"b"].contains("c")`],
  ])('does not read too much of %s, and reads on whatever comes after', (_, condition) => {
    const found = validate(sound.replace('principal.usPerson', condition), schema)
    expect(found).toMatchObject([{ code: 'not-cedar', message: expect.stringContaining('want at most') as string }])
    expect(validate(sound, schema)).toEqual([])
  })

  it('does not read too many policies, or too long a text', () => {
    expect(codes(Array.from({ length: 1100 }, () => 'permit (principal, action, resource);').join('\n'))).toEqual([
      'not-cedar null',
    ])
    expect(codes(`${sound}// ${'x'.repeat(300_000)}`)).toEqual(['not-cedar null'])
  })

  it('asks every policy for @id, @reason, @fix and @ask', () => {
    expect(codes(sound.replace('@id("us-person")\n', ''))).toEqual(['id-missing line 1'])
    expect(codes(sound.replace('@reason("Why.")\n', ''))).toEqual(['reason-missing us-person'])
    expect(codes(sound.replace('@fix("How.")', '@fix("")'))).toEqual(['fix-missing us-person'])
    expect(codes(sound.replace('@ask("officer")\n', ''))).toEqual(['ask-missing us-person'])
  })

  it('refuses ids that are not kebab-case, or there twice', () => {
    expect(codes(sound.replace('us-person', 'US_person'))).toEqual(['id-form US_person'])
    expect(codes(`${sound}\n${sound}`)).toEqual(['id-repeated us-person'])
  })

  it('refuses templates', () => {
    const template = `permit (\n  principal == ?principal,\n  action,\n  resource\n);\n`
    expect(codes(template)).toContain('template line 1')
  })
})
