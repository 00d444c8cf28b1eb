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
