// What a picture of a decision shows, from its record alone: the parts of the request that there were, the rules that decided with the
// parts that each reads, what the guard in code said, and how it ended.

import { doingText } from '../../parts/action-words.ts'
import { doorNames } from '../../parts/doors.ts'
import { statusText } from '../../parts/person-status.tsx'
import { worded } from '../../parts/wording.ts'
import type { Part, PartId, Pictured, Rule, Step } from './layout.ts'
import type { Explanation, OwnRefusal } from './query.ts'

const known = (status: string) => ['us-person', 'foreign-person', 'unverified', 'ended'].includes(status)
const statusOf = (status: string): string =>
  known(status) ? statusText(status as Parameters<typeof statusText>[0]) : 'On no roster'
const list = (name: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`${name}: ${values.join(', ')}`]

/** Which part of a request an attribute is of, by its path. */
function partOf(path: string): PartId {
  if (path.startsWith('principal.')) return 'person'
  if (path.startsWith('resource.')) return 'thing'
  if (path.startsWith('context.place')) return 'place'
  if (path.startsWith('context.device')) return 'device'
  return path.startsWith('context.coverage') ? 'authorization' : 'program'
}

function partsOf(reads: readonly string[]): readonly PartId[] {
  return [...new Set(reads.map(partOf))]
}

const kinds: Readonly<Record<string, string>> = {
  enclave: 'The enclave as a whole',
  file: 'A file',
  vault: 'A vault',
  person: 'A person',
  authorization: 'An authorization',
  approval: 'A request for approval',
}

/** Read a record with everything in it. `labelTitle` names a label by its whole name. */
export function picturedOf(one: Explanation, labelTitle: (fqn: string) => string): Pictured {
  const seen = attributesOf(one.attributes)
  const rules = rulesOf(one)
  const outcome = outcomeOf(one)
  return {
    told: toldOf(one.subject.name ?? 'Somebody on no roster', one.action, outcome, rules),
    parts: [
      {
        id: 'person',
        what: 'Who',
        title: one.subject.name ?? 'Nobody on the roster',
        lines: [
          statusOf(seen.text('principal', 'status')),
          ...list('Roles', seen.texts('principal', 'roles')),
          ...list('Programs', seen.texts('principal', 'programs')),
          ...(seen.is('principal', 'actsForForeignEmployer') ? ['Acts for a foreign employer'] : []),
        ],
      },
      {
        id: 'thing',
        what: 'What',
        title: one.resource.name ?? kinds[one.resource.kind] ?? one.resource.kind,
        lines: thingLines(one, seen, labelTitle),
      },
      {
        id: 'place',
        what: 'From where',
        title: seen.text('place', 'name') || 'A network that nobody knows',
        lines: [
          seen.is('context', 'place', 'known') ? `Country: ${seen.text('context', 'place', 'country')}` : 'No country',
        ],
      },
      { id: 'device', what: 'Device', title: deviceOf(seen.text('context', 'device')), lines: [] },
      {
        id: 'program',
        what: 'Through',
        title: doorNames[one.door] ?? one.door,
        lines: programLines(seen.is('context', 'human'), seen.is('context', 'obligationsFulfillable')),
      },
      { id: 'authorization', what: 'Authorization', ...authorizationOf(one, seen) },
    ],
    rules,
    guard: guardOf(one, seen),
    outcome,
  }
}

/** Read a refusal as whoever was refused may see it. */
export function picturedRefusal(one: OwnRefusal): Pictured {
  const rules = one.reasons.map(({ code, text, reads }): Rule => ({
    id: code,
    title: code,
    text,
    speaks: 'against',
    reads: partsOf(reads),
  }))
  const outcome: Step = { title: 'Refused', text: actionText(one.action), speaks: 'against' }
  const isRead = (part: PartId) => rules.some(({ reads }) => reads.includes(part))
  return {
    told: toldOf('You', one.action, outcome, rules),
    parts: [
      {
        id: 'person',
        what: 'Who',
        title: 'You, by your record',
        lines: [
          statusOf(one.you.status),
          ...list('Roles', one.you.roles),
          one.you.programs.length === 0 ? 'No programs' : `Programs: ${one.you.programs.join(', ')}`,
        ],
      },
      {
        id: 'thing',
        what: 'What',
        title: one.resource.name ?? kinds[one.resource.kind] ?? one.resource.kind,
        lines: one.resource.kind === 'file' || one.resource.kind === 'vault' ? ['Its labels are not shown here'] : [],
      },
      {
        id: 'place',
        what: 'From where',
        title: one.place.known ? `Country: ${one.place.country}` : 'A network that nobody knows',
        lines: [],
      },
      {
        id: 'program',
        what: 'Through',
        title: doorNames[one.door] ?? one.door,
        lines: one.human ? [] : ['A workload without a person'],
      },
      ...(isRead('authorization')
        ? [{ id: 'authorization', what: 'Authorization', title: 'None that covers you for it', lines: [] } as const]
        : []),
    ],
    rules,
    guard: null,
    outcome,
  }
}

function toldOf(who: string, action: string, { title, text }: Step, rules: readonly Rule[]): string {
  const why = rules.map((rule) => `${rule.title}: ${rule.text}`).join(' ')
  return `${who}, ${doingText(action)}: ${title.toLowerCase()}. ${text === actionText(action) ? '' : `${text}. `}${why}`
}

function rulesOf({ policies: { decided }, reasons, guard }: Explanation): readonly Rule[] {
  const rules = decided.map(({ id, effect, text, reads }): Rule => ({
    id,
    title: id,
    text: reasons.find(({ code }) => code === id)?.text ?? text,
    speaks: effect === 'permit' ? 'for' : 'against',
    reads: partsOf(reads),
  }))
  if (guard === 'refused') {
    return [{ id: 'policies', title: 'The policies', text: 'They permit it.', speaks: 'for', reads: [] }]
  }
  // What is no policy of the set: that none permits it, or that one could not be evaluated.
  const rest = reasons.filter(({ code }) => !decided.some(({ id }) => id === code))
  return rules.some(({ speaks }) => speaks === 'for') || rest.length === 0
    ? rules
    : [...rules, ...rest.map(({ code, text }): Rule => ({ id: code, title: code, text, speaks: 'against', reads: [] }))]
}

function guardOf({ guard, reasons }: Explanation, seen: Seen): Step {
  const title = 'The guard in code'
  if (guard === 'not-asked') return { title, text: 'Not asked: the policies refuse it.', speaks: 'not' }
  if (guard === 'refused') return { title, text: reasons.map(({ text }) => text).join(' '), speaks: 'against' }
  const isUsPerson = seen.is('principal', 'usPerson')
  return {
    title,
    text: isUsPerson ? 'Agrees: a U.S. person.' : 'Agrees: a foreign person under a live authorization.',
    speaks: 'for',
  }
}

function outcomeOf({ effect, action, obligations }: Explanation): Step {
  if (effect === 'deny') return { title: 'Refused', text: actionText(action), speaks: 'against' }
  const with_ = obligations.map(({ text }) => obligationText(text))
  return {
    title: 'Permitted',
    text: with_.length === 0 ? actionText(action) : `${actionText(action)}, with: ${with_.join(', ')}`,
    speaks: 'for',
  }
}

const actionText = (action: string): string => worded(doingText(action))
const obligationText = (fqn: string): string => fqn.replace(/^.*\/value\//, '')

function thingLines(
  { resource, rescue }: Explanation,
  seen: Seen,
  labelTitle: (fqn: string) => string,
): readonly string[] {
  if (resource.kind !== 'file' && resource.kind !== 'vault') return []
  return [
    ...list('Labels', seen.texts('labels', 'names').map(labelTitle)),
    ...(seen.is('resource', 'labelled') ? [] : ['No label']),
    ...(seen.is('resource', 'labelsKnown') ? [] : ['A label that this enclave does not know']),
    ...(seen.is('resource', 'noForeign') ? ['NOFORN'] : []),
    ...(seen.is('resource', 'dissemEmpty') ? [] : ['Names its recipients']),
    ...(rescue === null ? [] : ['Other labels stood in place of its own']),
  ]
}

function deviceOf(device: string): string {
  return device === 'unknown' || device === '' ? 'Not registered' : device
}

function programLines(isHuman: boolean, isFulfillable: boolean): readonly string[] {
  return [
    isHuman ? 'A person is signed in' : 'A workload without a person',
    ...(isFulfillable ? [] : ['Cannot keep what the release asks for']),
  ]
}

function authorizationOf({ authorization }: Explanation, seen: Seen): Pick<Part, 'title' | 'lines'> {
  if (authorization !== null) {
    const { number, version, citation } = authorization
    return { title: number, lines: [`Version ${version}`, citation] }
  }
  if (seen.is('principal', 'usPerson')) return { title: 'None is needed', lines: ['For a U.S. person'] }
  const missing = seen.text('sealed', 'coverage')
  return { title: 'None covers it', lines: missing === '' ? [] : [missing] }
}

/** Attributes as the record has them. Policies of other versions may have known others: what is missing reads as nothing. */
interface Seen {
  readonly text: (...path: readonly string[]) => string
  readonly texts: (...path: readonly string[]) => readonly string[]
  readonly is: (...path: readonly string[]) => boolean
}

function attributesOf(attributes: Explanation['attributes']): Seen {
  const at = (path: readonly string[]): unknown =>
    path.reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null),
      attributes,
    )
  return {
    text: (...path) => {
      const value = at(path)
      return typeof value === 'string' ? value : ''
    },
    texts: (...path) => {
      const value = at(path)
      return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
    },
    is: (...path) => at(path) === true,
  }
}
