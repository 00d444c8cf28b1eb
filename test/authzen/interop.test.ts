// The public interoperability cases of AuthZEN, over HTTP against the real decision point: their people are on the roster, their
// ownership and departments are programs, and their rules are a policy set of this test, because no policy of ours knows a todo.

import { readFileSync } from 'node:fs'
import type { Role } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { sampleEnclave, sampleLabel, type SampleEnclave } from '../../server/src/main/testing.ts'
import { enrol, registerFile } from '../policy/enrol.ts'
import { openDoor, usAddress, type OpenDoor } from './door.ts'

const read = <S extends z.ZodType>(name: string, shape: S): z.output<S> =>
  shape.parse(JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')))

const todo = read(
  'todo.json',
  z.object({
    roles: z.record(z.string(), z.array(z.string())),
    evaluation: z.array(
      z.object({ subject: z.string(), action: z.string(), owner: z.string().nullable(), decision: z.boolean() }),
    ),
    evaluations: z.array(
      z.object({
        subject: z.string(),
        action: z.string(),
        owners: z.array(z.string()),
        decisions: z.array(z.boolean()),
      }),
    ),
  }),
)
const found = z.array(
  z.object({
    subject: z.string().optional(),
    action: z.string().optional(),
    resource: z.string().optional(),
    results: z.array(z.string()),
  }),
)
const records = read(
  'records.json',
  z.object({
    people: z.array(z.object({ name: z.string(), role: z.string(), department: z.string() })),
    records: z.array(z.object({ id: z.string(), department: z.string(), owner: z.string() })),
    resource: found,
    subject: found,
    action: found,
  }),
)

const rolesOf: Readonly<Record<string, Role>> = {
  admin: 'administrator',
  evil_genius: 'officer',
  editor: 'engineer',
  viewer: 'auditor',
  manager: 'officer',
  employee: 'engineer',
  contractor: 'auditor',
}
const actionOf: Readonly<Record<string, string>> = {
  can_read_user: 'file.receive',
  can_read_todos: 'file.list',
  can_create_todo: 'file.fetch',
  can_update_todo: 'file.share',
  can_delete_todo: 'file.delete',
  view: 'file.list',
  edit: 'file.fetch',
  delete: 'file.delete',
}

const permitting = (id: string, actions: readonly string[], when: string) => `
@id("${id}") @reason("case") @fix("case") @ask("officer")
permit (principal is Sallyport::Person, action in [${actions.map((one) => `Sallyport::Action::"${one}"`).join(', ')}],
  resource is Sallyport::File) when { principal.usPerson && (${when}) };`
const has = (role: Role) => `principal.roles.contains("${role}")`

const todoPolicies = [
  permitting('read', ['file.receive', 'file.list'], 'principal.rostered'),
  permitting('create', ['file.fetch'], `${has('administrator')} || ${has('engineer')}`),
  permitting('any-update', ['file.share'], has('officer')),
  permitting('any-delete', ['file.delete'], has('administrator')),
  permitting(
    'own',
    ['file.share', 'file.delete'],
    `${has('engineer')} && principal.programs.containsAll(resource.programs)`,
  ),
].join('')

const owned = records.people
  .map(({ name }) => `(principal.programs.contains("of-${name}") && resource.programs.contains("of-${name}"))`)
  .join(' || ')
const departments = [...new Set(records.people.map(({ department }) => department.toLowerCase()))]
const sameDepartment = departments
  .map((one) => `(principal.programs.contains("${one}") && resource.programs.contains("${one}"))`)
  .join(' || ')
const isOfTheirs = 'principal.programs.contains("records")'
const recordPolicies = [
  permitting('view', ['file.list'], `${isOfTheirs} && (${has('officer')} || ${owned} || ${sameDepartment})`),
  permitting('edit', ['file.fetch'], `${isOfTheirs} && (${owned} || (${has('officer')} && (${sameDepartment})))`),
  permitting('delete', ['file.delete'], `${isOfTheirs} && (${owned})`),
].join('')

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
}, 60_000)
afterAll(() => sample.stop())

const programs = async (values: readonly string[]) => {
  for (const value of values) {
    await sample.database.query(
      `INSERT INTO label (fqn, dimension, value, title, classified_by, basis) VALUES ($1, 'program', $2, $2, $3, 'case')
       ON CONFLICT DO NOTHING`,
      [sampleLabel(`program/${value}`), value, sample.id('grace')],
    )
  }
}
const person = (name: string, itsRoles: readonly string[], itsPrograms: readonly string[]) =>
  enrol(sample, {
    subject: name,
    status: 'us-person',
    basis: 'citizen',
    roles: itsRoles.map((one) => rolesOf[one] ?? 'engineer'),
    assignments: itsPrograms.map((program) => ({ program, purpose: 'case' })),
  })
const context = { sourceAddress: usAddress }

describe('the Todo scenario', () => {
  let door: OpenDoor
  beforeAll(async () => {
    const names = Object.keys(todo.roles)
    await programs(names.map((name) => `of-${name}`))
    for (const name of names) await person(name, todo.roles[name] ?? [], [`of-${name}`])
    door = await openDoor(sample, { policies: todoPolicies })
  })
  afterAll(() => door.stop())

  const subject = (id: string) => ({ type: 'identity', id })
  const thing = (owner: string | null) => ({
    type: 'labels',
    id: `todo of ${owner}`,
    properties: { labels: owner === null ? [] : [sampleLabel(`program/of-${owner}`)] },
  })

  test.each(todo.evaluation.map((one, n) => [`${n} ${one.subject} ${one.action} ${one.owner ?? ''}`, one] as const))(
    'evaluation %s',
    async (_, { subject: name, action, owner, decision }) => {
      const asked = { subject: subject(name), action: { name: actionOf[action] }, resource: thing(owner), context }
      const { status, body } = await door.post('evaluation', asked)
      expect([status, (body as { decision: boolean }).decision]).toEqual([200, decision])
    },
  )

  test.each(todo.evaluations.map((one) => [one.subject, one] as const))(
    'evaluations %s',
    async (_, { subject: name, action, owners, decisions }) => {
      const { body } = await door.post('evaluations', {
        subject: subject(name),
        action: { name: actionOf[action] },
        context,
        evaluations: owners.map((owner) => ({ resource: thing(owner) })),
      })
      const { evaluations } = body as { evaluations: { decision: boolean }[] }
      expect(evaluations.map((one) => one.decision)).toEqual(decisions)
    },
  )
})

describe('the search scenario', () => {
  let door: OpenDoor
  const ids = new Map<string, string>()
  beforeAll(async () => {
    await programs(['records', ...departments, ...records.people.map(({ name }) => `of-${name}`)])
    for (const { name, role, department } of records.people) {
      ids.set(name, await person(name, [role], ['records', department.toLowerCase(), `of-${name}`]))
    }
    for (const { id, department, owner } of records.records) {
      const labels = [`program/${department.toLowerCase()}`, `program/of-${owner}`]
      ids.set(id, await registerFile(sample, { name: id, vault: 'falcon', labels }))
    }
    door = await openDoor(sample, { policies: recordPolicies })
  })
  afterAll(() => door.stop())

  const named = (name: string | undefined) => ids.get(name ?? '') ?? ''
  const subject = (name?: string) => ({ type: 'person', ...(name === undefined ? {} : { id: named(name) }) })
  const resource = (name?: string) => ({ type: 'file', ...(name === undefined ? {} : { id: named(name) }) })
  const search = async (kind: 'subject' | 'resource' | 'action', asked: unknown) =>
    ((await door.post(`search/${kind}`, asked)).body as { results: unknown[] }).results
  const sorted = (some: readonly unknown[]) => some.map((one) => JSON.stringify(one)).sort()

  test.each(records.resource.map((one) => [`${one.subject} ${one.action}`, one] as const))(
    'resource %s',
    async (_, { subject: who, action, results }) => {
      const asked = { subject: subject(who), action: { name: actionOf[action ?? ''] }, resource: resource(), context }
      expect(sorted(await search('resource', asked))).toEqual(sorted(results.map((one) => resource(one))))
    },
  )
  test.each(records.subject.map((one) => [`${one.action} ${one.resource}`, one] as const))(
    'subject %s',
    async (_, { action, resource: what, results }) => {
      const asked = { subject: subject(), action: { name: actionOf[action ?? ''] }, resource: resource(what), context }
      expect(sorted(await search('subject', asked))).toEqual(sorted(results.map((one) => subject(one))))
    },
  )
  test.each(records.action.map((one) => [`${one.subject} ${one.resource}`, one] as const))(
    'action %s',
    async (_, { subject: who, resource: what, results }) => {
      const asked = { subject: subject(who), resource: resource(what), context }
      expect(sorted(await search('action', asked))).toEqual(sorted(results.map((one) => ({ name: actionOf[one] }))))
    },
  )
})
