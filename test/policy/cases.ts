// The policy cases (policies/cases) as data: what is asked, what is answered, and what the ledger then holds.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { actions, type Action, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import {
  requestFor,
  resource,
  sampleEnclave,
  sampleIssuer,
  sampleLabel,
  type SampleEnclave,
} from '../../server/src/main/testing.ts'
import { newId } from '../../server/src/base/index.ts'
import type { DecisionRequest, ResourceRef } from '../../server/src/policy/index.ts'
import {
  authorize,
  classify,
  enrol,
  knowLabel,
  newAuthorization,
  newClassification,
  newcomer,
  newFile,
  registerFile,
} from './enrol.ts'

export const casesFolder = fileURLToPath(new URL('../../policies/cases', import.meta.url))

const manifest = z.strictObject({ labels: z.array(z.string()), dissem: z.array(z.string()) })

const asked = z.union([
  z.literal('enclave'),
  z.strictObject({ registered: z.string().nullable(), manifest: manifest.optional() }),
  z.strictObject({ manifest }),
  z.strictObject({ vault: z.string() }),
  z.strictObject({ person: z.string() }),
  z.strictObject({ authorization: z.string() }),
  z.strictObject({ approval: z.uuid() }),
])

const policyCase = z.strictObject({
  title: z.string(),
  request: z.strictObject({
    /** Names at the sample's issuer. Several are to get the same answer and leave the same entry. */
    subject: z.union([z.string(), z.array(z.string()).min(2)]),
    action: z.enum(Object.keys(actions) as [Action, ...Action[]]),
    resource: asked,
    /** Country of the network that the request comes from; null for a network that nobody configured. */
    place: z.string().nullable(),
    natural: z.boolean().default(true),
    fulfillable: z.array(z.string()).default([]),
  }),
  decision: z.strictObject({
    effect: z.enum(['permit', 'deny']),
    reasons: z.array(z.string()),
    obligations: z.array(z.string()),
    requiredObligations: z.array(z.string()),
    reliance: z.string().nullable(),
  }),
  entry: z.strictObject({
    kind: z.string(),
    actor: z.string().nullable(),
    about: z.string(),
    /** What the body holds at least. */
    body: z.looseObject({
      policy: z.strictObject({ determining: z.array(z.string()) }),
      labels: z
        .strictObject({ names: z.array(z.string()), unknown: z.array(z.string()), items: z.array(z.string()) })
        .optional(),
    }),
    /** What is readable with the person's own key alone; null where nothing is sealed. */
    sealed: z.strictObject({ gap: z.string() }).nullable(),
  }),
})
export type PolicyCase = z.infer<typeof policyCase>

/** Every case, by the file that it stands in. */
export function readCases(): ReadonlyMap<string, readonly PolicyCase[]> {
  const names = globSync('*.cases.json', { cwd: casesFolder }).sort()
  return new Map(
    names.map((name) => [name.replace('.cases.json', ''), z.array(policyCase).min(1).parse(readJson(name))]),
  )
}

const company = z.strictObject({
  people: z.array(newcomer),
  /** Labels besides those of the sample. */
  labels: z.array(z.string()),
  /** Records of the register of classifications besides those of the sample, and the labels that stand on each; in this order. */
  classifications: z.array(newClassification),
  files: z.array(newFile),
  authorizations: z.array(
    z.strictObject({ days: z.strictObject({ from: z.number(), until: z.number() }), terms: newAuthorization }),
  ),
})

/** The sample enclave with everybody and everything that the cases speak of. */
export interface CaseCompany extends SampleEnclave {
  readonly fileId: (name: string) => Id<'file'>
  readonly resource: (asked: PolicyCase['request']['resource']) => Promise<ResourceRef>
  readonly request: (subject: string, asked: PolicyCase['request']) => Promise<DecisionRequest>
}

export async function openCaseCompany(): Promise<CaseCompany> {
  const sample = await sampleEnclave()
  const { people, labels, classifications, files, authorizations } = company.parse(readJson('company.json'))
  for (const label of labels) await knowLabel(sample, label)
  for (const one of classifications) await classify(sample, one)
  const newcomers = new Map<string, Id<'person'>>()
  for (const person of people) newcomers.set(person.subject, await enrol(sample, person))
  const id = (subject: string): Id<'person'> => newcomers.get(subject) ?? sample.id(subject)
  const fileIds = new Map<string, Id<'file'>>()
  for (const file of files) fileIds.set(file.name, await registerFile(sample, file))
  const fileId = (name: string): Id<'file'> => {
    const found = fileIds.get(name)
    if (found === undefined) throw new Error(`the case company has no file ${name}`)
    return found
  }
  for (const { days, terms } of authorizations) {
    const at = (day: number): string => new Date(Date.now() + day * 86_400_000).toISOString()
    const { employees, ...rest } = terms
    await authorize(sample, {
      ...rest,
      persons: terms.persons.map(id),
      determinations: terms.determinations.map((one) => ({ ...one, by: id(one.by) })),
      ...(employees === undefined
        ? {}
        : { employees: employees.map((one) => ({ ...one, person: id(one.person), by: id(one.by) })) }),
      validFrom: at(days.from),
      validUntil: at(days.until),
    })
  }

  const resourceOf: CaseCompany['resource'] = async (asked) => {
    if (asked === 'enclave') return { kind: 'enclave' }
    if ('vault' in asked) return resource('vault', sample.vaultId(asked.vault))
    if ('person' in asked) return resource('person', id(asked.person))
    if ('authorization' in asked) return resource('authorization', await sample.authorizationId(asked.authorization))
    if ('approval' in asked) return resource('approval', asked.approval)
    const known = 'registered' in asked ? asked.registered : null
    const presented = asked.manifest
    return {
      kind: 'file',
      id: known === null ? newId<'file'>(sample.ground.clock, sample.ground.random) : fileId(known),
      presented: presented === undefined ? null : { labels: presented.labels.map(labelOf), dissem: presented.dissem },
    }
  }
  return {
    ...sample,
    id,
    fileId,
    resource: resourceOf,
    request: async (subject, asked) =>
      requestFor(subject, asked.action, await resourceOf(asked.resource), {
        subject: { kind: 'identity', issuer: sampleIssuer, subject, isNaturalPerson: asked.natural },
        place: { name: asked.place === null ? null : 'office', country: asked.place },
        evidence: { fulfillable: asked.fulfillable.map(obligationName) },
      }),
  }
}

/** Full name of a label; what is no label stays as it is. */
export function labelOf(name: string): string {
  return /^[a-z]+\/[a-z0-9.-]+$/.test(name) ? sampleLabel(name) : name
}

export function obligationName(id: string): string {
  return sampleLabel(`x/${id}`).replace('/attr/x/', '/obl/proviso/')
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(casesFolder, name), 'utf8'))
}
