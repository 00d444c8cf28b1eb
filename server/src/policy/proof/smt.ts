// The second method: a translation of the set to SMT, decided by Z3. Every request of an action is one assignment of constants; a
// claim is refuted by an assignment in which it happens, and shown where there is none.

import type { Action } from '@sallyport/protocol'
import type { Attributes } from '../attributes.ts'
import type { Policy } from '../cedar/syntax.ts'
import {
  and,
  constant,
  newScript,
  not,
  noTexts,
  or,
  preamble,
  readText,
  Untranslatable,
  type Script,
  type Text,
} from './smt-script.ts'
import { always, bool, text, type Term, type Value } from './smt-values.ts'
import {
  actionType,
  claims,
  groups,
  principalName,
  requestShape,
  resourceOf,
  unknownDevice,
  type Claim,
  type MethodAnswer,
  type RowValue,
  type Shape,
} from './statement.ts'
import { translateSet, type World } from './translate.ts'

/** A solver of SMT. */
export interface Solver {
  /** Take declarations, definitions and assertions of SMT-LIB in place of those that it had. Throws where it refuses them. */
  load(smt: string): void
  /** Whether all of it has a solution in which this constant is true. */
  check(assumed: string): Promise<'sat' | 'unsat' | 'unknown'>
  /** Of the solution that was found last. */
  isTrue(name: string): boolean
  text(name: string): string
  /** Which of these texts, and of those that the solution speaks of, are in a set. */
  textsIn(name: string, among: readonly string[]): readonly string[]
}

/** Show every claim by a solver, or say what speaks against it. Anything but `unsat` counts against the set. */
export async function proveBySmt(policies: readonly Policy[], solver: Solver): Promise<MethodAnswer> {
  let looked = 0
  for (const [action, ofAction] of claimsByAction()) {
    const script = newScript()
    let questions: readonly Question[]
    try {
      questions = questionsOf(policies, action, ofAction, script)
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      return refuted(ofAction[0]?.id ?? 'error', action, null, error.message)
    }
    solver.load(scriptOf(script, questions))
    // Of requests that cannot be, anything could be shown.
    if ((await solver.check(possible)) !== 'sat')
      return refuted(ofAction[0]?.id ?? 'error', action, null, 'the solver finds no request at all')
    for (const { claim } of questions) {
      looked++
      const answer = await solver.check(asked(claim))
      if (answer === 'unsat') continue
      if (answer === 'sat') return refuted(claim.id, action, request(action, claim, solver, textsIn(script)), '')
      return refuted(claim.id, action, null, 'the solver could not decide it within its bounds')
    }
  }
  return { proved: true, looked }
}

const possible = 'some request'

function asked(claim: Claim): string {
  return `refutes ${claim.id}`
}

function scriptOf({ lines }: Script, questions: readonly Question[]): string {
  return [
    preamble,
    ...declarations,
    ...lines,
    `(assert ${world})`,
    `(declare-const |${possible}| Bool)`,
    ...questions.flatMap(({ claim, smt }) => [
      `(declare-const |${asked(claim)}| Bool)`,
      `(assert (=> |${asked(claim)}| ${smt}))`,
    ]),
  ].join('\n')
}

function refuted(
  claim: Claim['id'],
  action: Action,
  request: { attributes: Attributes; otherDevice: string | null } | null,
  state: string,
): MethodAnswer {
  return { proved: false, refutation: { claim, action, request, state } }
}

function claimsByAction(): ReadonlyMap<Action, readonly Claim[]> {
  const found = new Map<Action, Claim[]>()
  for (const claim of claims)
    for (const action of claim.actions) found.set(action, [...(found.get(action) ?? []), claim])
  return found
}

interface Question {
  readonly claim: Claim
  /** What must have no solution. */
  readonly smt: string
}

/** Write one action's questions. Throws `Untranslatable`. */
export function questionsOf(
  policies: readonly Policy[],
  action: Action,
  claims: readonly Claim[],
  script: Script,
): readonly Question[] {
  const here = translateSet(policies, worldOf(action, names.device), script)
  return claims.map((claim) => {
    const region = or(
      ...claim.regions.map((one) => and(...Object.entries(one).map(([path, value]) => fits(path, value)))),
    )
    const outcome = {
      permitted: () => here.permitted,
      'in-error': () => and(here.permitted, here.inError),
      'elsewhere-refused': () =>
        and(here.permitted, not(translateSet(policies, worldOf(action, names.elsewhere), script).permitted)),
    }[claim.outcome]()
    return { claim, smt: and(region, outcome) }
  })
}

const elsewhere = 'another device'
const names = { device: named('context.device'), elsewhere: named(elsewhere) }

function named(path: string): string {
  return `|${path}|`
}

function leaves(path: string, shape: Shape): readonly (readonly [string, Exclude<Shape, object>])[] {
  if (typeof shape !== 'object') return [[path, shape]]
  return Object.entries(shape).flatMap(([name, one]) => leaves(path === '' ? name : `${path}.${name}`, one))
}

const sorts = { bool: 'Bool', string: 'String', strings: 'Texts' }
const paths = leaves('', requestShape)

const declarations: readonly string[] = [
  ...paths.map(([path, shape]) => `(declare-const ${named(path)} ${sorts[shape]})`),
  `(declare-const ${names.elsewhere} String)`,
]

function fits(path: string, value: RowValue): string {
  const name = named(path)
  if (typeof value === 'boolean') return value ? name : not(name)
  if (typeof value === 'string') return `(= ${name} ${constant(value).smt})`
  return 'not' in value ? not(`(= ${name} ${constant(value.not).smt})`) : `(= ${name} ${noTexts})`
}

/** That a request is one that this gate makes. */
const world = and(
  ...groups.map(({ rows }) =>
    or(...rows.map((row) => and(...Object.entries(row).map(([path, value]) => fits(path, value))))),
  ),
  not(fits('resource.id', principalName.id)),
  not(`(= ${names.elsewhere} ${constant(unknownDevice).smt})`),
)

function worldOf(action: Action, device: string): World {
  const { type, id, kind } = resourceOf(action)
  const resourceId: Text = id === null ? { smt: named('resource.id'), text: null } : constant(id)
  const termOf = (path: string, shape: Shape): Term => {
    if (typeof shape === 'object') return always({ is: 'record', fields: fieldsOf(path, shape) })
    if (path === 'resource.kind') return text(kind)
    if (path === 'resource.id') return always({ is: 'text', text: resourceId })
    const smt = path === 'context.device' ? device : named(path)
    if (shape === 'bool') return bool(smt)
    return always(shape === 'string' ? { is: 'text', text: { smt, text: null } } : { is: 'texts', smt })
  }
  const fieldsOf = (path: string, shape: { readonly [name: string]: Shape }) =>
    new Map(Object.entries(shape).map(([name, one]) => [name, termOf(`${path}.${name}`, one)]))
  const principal: Value = { is: 'uid', type: principalName.type, id: constant(principalName.id) }
  const resource: Value = { is: 'uid', type, id: resourceId }
  const none = { tags: new Map<string, Term>(), ancestors: [] }
  return {
    principal,
    action: { is: 'uid', type: actionType, id: constant(action) },
    resource,
    context: always({ is: 'record', fields: fieldsOf('context', requestShape.context) }),
    entities: [
      { type: principal.type, id: principal.id, attributes: fieldsOf('principal', requestShape.principal), ...none },
      { type, id: resourceId, attributes: fieldsOf('resource', requestShape.resource), ...none },
    ],
  }
}

function textsIn({ lines }: Script): readonly string[] {
  return [...new Set(lines.flatMap((line) => line.match(/"[^"]*"/g) ?? []))].map(readText)
}

function request(
  action: Action,
  claim: Claim,
  solver: Solver,
  texts: readonly string[],
): { attributes: Attributes; otherDevice: string | null } {
  const { kind, id } = resourceOf(action)
  // A set can hold more than what is spoken of, and what two sets have in common may be spoken of in one.
  const spoken = paths.flatMap(([path, shape]) => {
    if (shape === 'bool') return []
    return shape === 'string' ? [solver.text(path)] : solver.textsIn(path, [])
  })
  const among = ['another', kind, ...texts, ...spoken]
  const read = {
    bool: (path: string) => solver.isTrue(path),
    string: (path: string) => solver.text(path),
    strings: (path: string) => solver.textsIn(path, among).toSorted(),
  }
  const build = (path: string, shape: Shape): unknown => {
    if (typeof shape === 'object') {
      const below = (name: string) => (path === '' ? name : `${path}.${name}`)
      return Object.fromEntries(Object.entries(shape).map(([name, one]) => [name, build(below(name), one)]))
    }
    if (path === 'resource.kind') return kind
    return path === 'resource.id' && id !== null ? id : read[shape](path)
  }
  const otherDevice = claim.outcome === 'elsewhere-refused' ? solver.text(elsewhere) : null
  return { attributes: build('', requestShape) as Attributes, otherDevice }
}
