// Requests as this gate makes them, of all kinds.

import fc from 'fast-check'
import { actions, type Action } from '@sallyport/protocol'
import type { Attributes } from '../../attributes.ts'
import { groups, resourceOf } from '../statement.ts'

const texts = ['engineer', 'officer', 'auditor', 'falcon', 'heron', 'US', 'GB', '', 'kas', 'other']
const set = fc.subarray(texts).map((some) => [...some])
const text = fc.constantFrom(...texts, 'unknown', 'unmanaged', 'kiss', 'one')

export const anyRequest = fc
  .record({
    action: fc.constantFrom(...(Object.keys(actions) as Action[]), 'file.open', 'file.open', 'ledger.read'),
    rows: fc.tuple(...groups.map(({ rows }) => fc.constantFrom(...rows))),
    principal: fc.record({ roles: set, programs: set, actsForForeignEmployer: fc.boolean() }),
    resource: fc.record({
      id: fc.constantFrom('one', 'two', 'three'),
      labelled: fc.boolean(),
      labelsKnown: fc.boolean(),
      dissemEmpty: fc.boolean(),
      programs: set,
      noForeign: fc.boolean(),
    }),
    context: fc.record({
      country: text.filter((one) => one !== ''),
      device: fc.oneof(fc.constant('unknown'), text),
      door: text,
      human: fc.boolean(),
      territories: set,
      obligationsFulfillable: fc.boolean(),
    }),
    otherDevice: text.filter((one) => one !== 'unknown'),
  })
  .map(({ action, rows, principal, resource, context, otherDevice }) => {
    const { country, territories, ...rest } = context
    const { kind, id } = resourceOf(action)
    const attributes: Record<string, Record<string, unknown>> = {
      principal: { ...principal },
      resource: { ...resource, kind, id: id ?? resource.id },
      context: { ...rest, place: { country }, coverage: { territories } },
    }
    for (const [path, value] of rows.flatMap((row) => Object.entries(row))) {
      if (typeof value === 'object' && !Array.isArray(value)) continue
      const names = path.split('.')
      const of = names
        .slice(0, -1)
        .reduce<Record<string, unknown>>((of, name) => of[name] as Record<string, unknown>, attributes)
      of[names.at(-1) ?? ''] = value
    }
    return { action, request: { attributes: attributes as unknown as Attributes, otherDevice } }
  })
