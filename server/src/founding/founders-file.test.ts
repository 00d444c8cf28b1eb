import { describe, expect, test } from 'vitest'
import { parseFounders, whatIsStuck } from './index.ts'

const text = `
enclave: Real works
absenceRule: While an officer is away for more than a week, the other two act.
founders:
  - { name: Grace Okafor, basis: citizen, evidence: HR 2026-1, role: officer, empoweredOfficial: true }
  - { name: Henry Walsh, basis: lpr, evidence: HR 2026-2, role: officer }
  - { name: Wanda Kowalski, basis: asylee, evidence: HR 2026-3, role: officer }
  - { name: Omar Haddad, basis: citizen, evidence: HR 2026-4, role: administrator }
`

describe('parseFounders()', () => {
  test('reads who founds the enclave, and names the list by its content', () => {
    const founders = parseFounders(text, 'founders.yaml')
    expect(founders).toMatchObject({ enclave: 'Real works', officers: 3 })
    expect(founders.founders.map(({ name }) => name)).toContain('Omar Haddad')
    expect(parseFounders(`# a remark\n${text}`, 'other.yaml').digest).toBe(founders.digest)
    expect(parseFounders(text.replace('HR 2026-1', 'HR 2026-9'), 'founders.yaml').digest).not.toBe(founders.digest)
  })

  test.each([
    ['one officer', text.replaceAll(/ {2}- \{ name: (Henry|Wanda).*\n/g, ''), 'founders: want two officers or more'],
    [
      'two administrators',
      text.replace('3, role: officer', '3, role: administrator'),
      'want one administrator at most',
    ],
    ['one name twice', text.replace('Henry Walsh', 'grace  okafor'), 'want each name once'],
    ['a country', text.replace('role: officer }', 'role: officer, nationality: GB }'), 'founders.1'],
    ['a basis that is none', text.replace('lpr', 'visa'), 'founders.yaml:6: founders.1.basis'],
    ['no absence rule', text.replace(/absenceRule.*\n/, ''), 'absenceRule'],
    ['a namespace that is no host name', `namespace: Real Works\n${text}`, 'want a host name in lower case'],
    ['what is no YAML', 'founders: [', 'founders.yaml:1'],
    ['nothing', '', 'enclave'],
    ['control characters', text.replace('Grace Okafor', '"Grace\\u202e Okafor"'), 'want one line of text'],
  ])('refuses %s and says where', (_, bad, said) => {
    expect(() => parseFounders(bad, 'founders.yaml')).toThrow(said)
  })
})

test('whatIsStuck() asks for an empowered official where none is named', () => {
  const without = text.replace(', empoweredOfficial: true', '')
  expect(whatIsStuck(parseFounders(without, 'founders.yaml'))).toEqual([expect.stringContaining('22 CFR 120.67')])
})

test('whatIsStuck() asks for a third officer, and for somebody who asks when it is about one of three', () => {
  const without = (pattern: RegExp) => whatIsStuck(parseFounders(text.replace(pattern, ''), 'founders.yaml'))
  expect(without(/never/)).toEqual([])
  expect(without(/ {2}- \{ name: Wanda.*\n/)).toEqual([expect.stringContaining('Name a third')])
  expect(without(/ {2}- \{ name: Omar.*\n/)).toEqual([expect.stringContaining('Name an administrator')])
})
