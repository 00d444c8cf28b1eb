import { describe, expect, test } from 'vitest'
import { attributesRead } from './attributes-read.ts'
import { compilePolicies } from './compile.ts'

const readBy = (text: string) => compilePolicies(text).policies.map(attributesRead)

describe('attributesRead() tells', () => {
  test.each([
    ['nothing of a policy for everybody', 'permit (principal, action, resource);', []],
    ['nothing of kinds', 'permit (principal is User, action == Action::"x", resource is File);', []],
    [
      'whole paths, whatever they stand in',
      `forbid (principal, action, resource)
       when { if context.place.known then !principal.ok else {a: [resource.b]} has a }
       unless { principal.programs.containsAll(resource.programs) || resource.name like "a*" };`,
      ['context.place.known', 'principal.ok', 'principal.programs', 'resource.b', 'resource.name', 'resource.programs'],
    ],
    [
      'an attribute that it asks whether it is there',
      'permit (principal, action, resource) when { context has vpn };',
      ['context.vpn'],
    ],
    [
      'the thing itself, by its name',
      'permit (principal, action, resource) when { resource == File::"a" && action in [Action::"x"] };',
      ['resource.id'],
    ],
    ['nothing that stands in a text', 'permit (principal, action, resource) when { "principal.a" == "b" };', []],
  ])('%s', (_, text, paths) => {
    expect(readBy(text)).toEqual([paths])
  })
})
