// From a question in the standard's words to one request to the decision point.
// ATTACKER: subject, resource and context are what an application says of somebody else's request. What decides (status, roles,
// programs, authorizations, labels of the register) is the gate's own; what the application adds only stands for that one question, and
// no permit comes of it.

import { hash } from 'node:crypto'
import { actions, parseId, type Action, type Id, type JsonObject } from '@sallyport/protocol'
import type { DecisionRequest, Place, ResourceRef, SubjectRef } from '../../policy/index.ts'
import type { AskedContext, Evaluation } from './messages.ts'
import type { Asker } from './ports.ts'

/** Why a question cannot be put to the decision point, in the standard's shape; the answer is no. */
export interface NoQuestion {
  readonly status: 400
  readonly message: string
}

/** What the application said of where and how, besides who asked. */
export interface Circumstances {
  readonly place: Place
  readonly evidence: JsonObject
}

/** Form the request of one evaluation, or say why there is none. */
export function questionOf(
  { subject, action, resource }: Evaluation,
  asker: Asker,
  { place, evidence }: Circumstances,
): DecisionRequest | NoQuestion {
  const [who, what] = [subjectOf(subject, asker), resourceOf(resource, asker)]
  if (who === null) return unknown('subject type', 'person, identity or workload')
  if (what === null) return unknown('resource type', 'file, labels, vault, person, authorization, approval or enclave')
  if (!isAction(action.name)) return unknown('action', 'one of this enclave')
  if (actions[action.name].resource !== what.kind) return unknown('action for that resource type', 'one of its own')
  return {
    subject: who,
    action: action.name,
    resource: what,
    place,
    device: 'unknown',
    door: 'authzen',
    evidence,
  }
}

/** What an entry says of who asked and how. */
export function evidenceOf(asker: Asker, { fulfillable = [] }: AskedContext, requestId: string | null): JsonObject {
  return {
    asker: { issuer: asker.issuer, subject: asker.subject, clientId: asker.clientId },
    ...(fulfillable.length === 0 ? {} : { fulfillable }),
    ...(requestId === null ? {} : { requestId }),
  }
}

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name)
}

/** Whether the one who asks is the one who is asked about. */
export function isAboutItself(subject: SubjectRef, asker: Asker): boolean {
  return subject.kind === 'identity' && subject.issuer === asker.issuer && subject.subject === asker.subject
}

export function subjectOf(
  { type, id, properties }: Evaluation['subject'],
  asker: Pick<Asker, 'issuer' | 'subject' | 'isNaturalPerson'>,
): SubjectRef | null {
  if (type === 'person') return { kind: 'person', id: parseId<'person'>(id) ?? nobody }
  if (type !== 'identity' && type !== 'workload') return null
  const named = properties?.['issuer']
  const issuer = typeof named === 'string' ? named.slice(0, 512) : asker.issuer
  const subject = id.toWellFormed()
  // What a program's own token says of itself holds against what it says here.
  const isProgram = issuer === asker.issuer && subject === asker.subject && !asker.isNaturalPerson
  return { kind: 'identity', issuer, subject, isNaturalPerson: type === 'identity' && !isProgram }
}

// Nobody's id: it is unknown, and so the answer is no, and on record.
const nobody = 'ffffffff-ffff-8fff-bfff-ffffffffffff' as Id<'person'>

export function resourceOf(
  { type, id, properties }: Evaluation['resource'],
  asker: Pick<Asker, 'issuer' | 'clientId'>,
): ResourceRef | null {
  switch (type) {
    case 'enclave':
      return { kind: 'enclave' }
    case 'file':
      return {
        kind: 'file',
        id: parseId<'file'>(id) ?? idOfTheirs<'file'>(type, id, asker),
        presented: presented(properties),
      }
    case 'labels':
      return {
        kind: 'file',
        id: idOfTheirs<'file'>(type, id, asker),
        presented: presented(properties) ?? { labels: [], dissem: [] },
      }
    case 'vault':
    case 'person':
    case 'authorization':
    case 'approval':
      return { kind: type, id: parseId(id) ?? idOfTheirs(type, id, asker) } as ResourceRef
    default:
      return null
  }
}

function presented(properties: Evaluation['resource']['properties']): { labels: string[]; dissem: string[] } | null {
  const labels = properties?.['labels']
  if (labels === undefined) return null
  // A list that cannot be read is one label that nobody knows, which refuses.
  if (!Array.isArray(labels) || labels.length > 100) return { labels: [''], dissem: [] }
  return { labels: labels.map((one) => (typeof one === 'string' ? one.slice(0, 512) : '')), dissem: [] }
}

// SPEC: RFC 9562 section 5.8, version 8: what an application calls its own content may be technical data, so that the record has a
// name made of it, the same each time.
function idOfTheirs<K extends string>(
  type: string,
  id: string,
  { issuer, clientId }: Pick<Asker, 'issuer' | 'clientId'>,
) {
  const bytes = hash('sha256', JSON.stringify([issuer, clientId, type, id]), 'buffer').subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as Id<K>
}

function unknown(what: string, want: string): NoQuestion {
  return { status: 400, message: `cannot decide: there is no such ${what}, want ${want}` }
}
