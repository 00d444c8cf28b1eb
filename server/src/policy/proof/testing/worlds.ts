// One concrete request as a world of the translation, to hold the translation against Cedar's own answers.

import type { CedarRequest } from '../../cedar/index.ts'
import type { EntityUid } from '../../cedar/values.ts'
import { constant } from '../smt-script.ts'
import type { Value } from '../smt-values.ts'
import { literal, type World } from '../translate.ts'

export function worldOfRequest({ principal, action, resource, context, entities }: CedarRequest): World {
  return {
    principal: named(principal),
    action: named(action),
    resource: named(resource),
    context: literal(context),
    entities: entities.all.map(({ uid, attrs, tags, ancestors }) => ({
      type: uid.type,
      id: constant(uid.id),
      attributes: new Map(Object.entries(attrs).map(([name, value]) => [name, literal(value)])),
      tags: new Map(Object.entries(tags).map(([name, value]) => [name, literal(value)])),
      ancestors: [...ancestors].map(fromKey),
    })),
  }
}

function named(uid: EntityUid): Value {
  return { is: 'uid', type: uid.type, id: constant(uid.id) }
}

function fromKey(key: string): Value {
  const at = key.indexOf('::"')
  return { is: 'uid', type: key.slice(0, at), id: constant(key.slice(at + 3, -1)) }
}
