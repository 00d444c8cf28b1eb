// Brings people, authorizations and files of the policy cases into a sample enclave, beside those that it is founded with.
// People and files come in by SQL, because no route adds them after founding; authorizations by their own road.

import type { AuthorizationTerms, CountryTies, Id } from '@sallyport/protocol'
import {
  authorizationTerms,
  classificationTerms,
  employeeOptions,
  personStatuses,
  roles,
  usPersonBases,
} from '@sallyport/protocol'
import * as z from 'zod'
import { approveAuthorization, registerAuthorization } from '../../server/src/authorizations/index.ts'
import { giveApproval } from '../../server/src/approvals/index.ts'
import { registerClassification } from '../../server/src/classifications/index.ts'
import { defineLabel } from '../../server/src/files/index.ts'
import { newId } from '../../server/src/base/index.ts'
import { requestFor, resource, sampleIssuer, sampleLabel, type SampleEnclave } from '../../server/src/main/testing.ts'

/** Nobody looked at what it would do. */
const noEffect = () => Promise.resolve(null)

const codes = z.array(z.string()).default([])

export const newcomer = z.strictObject({
  subject: z.string(),
  status: z.enum(personStatuses),
  basis: z.enum(usPersonBases).nullable().default(null),
  ties: z
    .strictObject({ citizenships: codes, formerCitizenships: codes, permanentResidencies: codes })
    .nullable()
    .default(null),
  roles: z.array(z.enum(roles)).default([]),
  assignments: z.array(z.strictObject({ program: z.string(), purpose: z.string() })).default([]),
  employer: z.string().nullable().default(null),
  isRegularEmployee: z.boolean().default(true),
  hasNda: z.boolean().default(true),
})

export const newFile = z.strictObject({
  name: z.string(),
  vault: z.string(),
  labels: z.array(z.string()).min(1),
  /** Labels that an officer added after it was sealed. */
  added: z.array(z.string()).default([]),
  /** Labels that two officers set in place of those that it is sealed under. */
  rescued: z.array(z.string()).default([]),
})

export const newClassification = z.strictObject({
  terms: classificationTerms,
  /** Labels that are defined on it as soon as it is in force. */
  labels: z.array(z.string()).default([]),
})

const dated = { text: z.string(), by: z.string(), at: z.iso.datetime() }
export const newAuthorization = authorizationTerms
  .omit({ persons: true, determinations: true, employees: true, validFrom: true, validUntil: true })
  .extend({
    /** People by the names at the sample's issuer. */
    persons: z.array(z.string()),
    determinations: z.array(z.strictObject({ country: z.string(), ...dated })),
    employees: z
      .array(
        z.strictObject({
          person: z.string(),
          option: z.enum(employeeOptions),
          outcome: z.enum(['covered', 'refused']),
          ...dated,
        }),
      )
      .optional(),
  })

/** Add one person, bound to an identity of the sample's issuer. */
export async function enrol(
  { enclave, ground, database }: SampleEnclave,
  input: z.input<typeof newcomer>,
): Promise<Id<'person'>> {
  const person = newcomer.parse(input)
  const id = newId<'person'>(ground.clock, ground.random)
  const { fields } = enclave.roster
  const key = fields.makePersonKey(id)
  const isVerified = person.status === 'us-person' || person.status === 'foreign-person'
  await database.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO person (id, display_name, name_look, name_words, employer, is_regular_employee, has_nda, roles, status, basis, verified_at,
                           evidence_ref, sealed_ties, person_key)
       VALUES ($1, $2, $2, '', $3, $4, $5, $6, $7, $8, CASE WHEN $9 THEN now() END, CASE WHEN $9 THEN 'case' END, $10, $11)`,
      [
        id,
        person.subject,
        person.employer,
        person.isRegularEmployee,
        person.hasNda,
        person.roles,
        person.status,
        person.basis,
        isVerified,
        person.ties === null ? null : fields.sealTies(person.ties satisfies CountryTies, key, id),
        key,
      ],
    )
    for (const { program, purpose } of person.assignments) {
      await tx.query('INSERT INTO person_assignment VALUES ($1, $2, $3)', [id, program, purpose])
    }
    await tx.query('INSERT INTO identity_binding (issuer, subject, person_id) VALUES ($1, $2, $3)', [
      sampleIssuer,
      person.subject,
      id,
    ])
  })
  return id
}

/** Have a label in the register, also one that nobody could define today. */
export async function knowLabel(sample: SampleEnclave, name: string): Promise<void> {
  const [dimension = '', value = ''] = name.split('/')
  await sample.database.query(
    `INSERT INTO label (fqn, dimension, value, title, classified_by, basis) VALUES ($1, $2, $3, $1, $4, 'case')`,
    [sampleLabel(name), dimension, value, sample.id('grace')],
  )
}

/** Register a file as stored; its bytes are nobody's matter here. */
export async function registerFile(sample: SampleEnclave, input: z.input<typeof newFile>): Promise<Id<'file'>> {
  const id = newId<'file'>(sample.ground.clock, sample.ground.random)
  await sample.database.query(
    `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
     VALUES ($1, $2, $3, $4, 'stored', 1, sha256(''), $5, $6)`,
    [id, sample.vaultId(input.vault), input.name, input.labels.map(sampleLabel), id, sample.id('ada')],
  )
  const { added, rescued, labels } = newFile.parse(input)
  if (added.length > 0) {
    await sample.database.query(
      `INSERT INTO file_added_label (file_id, version, labels, changed_by, approved_by, reason, entry_id)
       VALUES ($1, 1, $2, $3, '{}', 'case', $1)`,
      [id, added.map(sampleLabel), sample.id('grace')],
    )
  }
  if (rescued.length > 0) {
    await sample.database.query(
      `INSERT INTO file_rescue (id, file_id, policy_sha256, bindings, is_stored, instead, labels, requested_by, approved_by,
                                reason, entry_id)
       VALUES ($1, $1, repeat('0', 64), '{00}', true, $2, $3, $4, ARRAY[$5::uuid], 'case', $1)`,
      [id, labels.map(sampleLabel), rescued.map(sampleLabel), sample.id('grace'), sample.id('henry')],
    )
  }
  return id
}

/** Bring an authorization into effect: grace registers it, henry and wanda approve. */
export async function authorize(sample: SampleEnclave, terms: AuthorizationTerms): Promise<Id<'authorization'>> {
  const { enclave, decide } = sample
  const registering = await decide(requestFor('grace', 'authorization.register', { kind: 'enclave' }))
  if (registering.effect === 'deny') throw new Error('grace may not register')
  const { authorization } = await registerAuthorization(enclave.authorizations, registering.permit, terms)
  for (const officer of ['henry', 'wanda']) {
    const about = resource('authorization', authorization.id)
    const approving = await decide(requestFor(officer, 'authorization.approve', about))
    if (approving.effect === 'deny') throw new Error(`${officer} may not approve`)
    await approveAuthorization(enclave.authorizations, approving.permit, authorization.id, noEffect)
  }
  return authorization.id
}

/** Bring a record into the register of classifications as `authorize` brings an authorization, and define the labels that stand on it. */
export async function classify(
  { enclave, decide, database }: SampleEnclave,
  { terms, labels }: z.output<typeof newClassification>,
): Promise<void> {
  const registering = await decide(requestFor('grace', 'classification.register', { kind: 'enclave' }))
  if (registering.effect === 'deny') throw new Error('grace may not register')
  const wanted = { terms, reason: 'case' }
  const { classification } = await registerClassification(enclave.classifications, registering.permit, wanted)
  for (const officer of classification.state === 'registered' ? ['henry', 'wanda'] : []) {
    const id = 'requestId' in classification ? classification.requestId : null
    if (id === null) throw new Error('nothing waits')
    const approving = await decide(requestFor(officer, 'approval.give', resource('approval', id)))
    if (approving.effect === 'deny') throw new Error(`${officer} may not approve`)
    const [row] = await database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
    await giveApproval(enclave.approvals, approving.permit, { id, digest: String(row?.['digest']) })
  }
  for (const name of labels) {
    const defining = await decide(requestFor('grace', 'label.define', { kind: 'enclave' }))
    if (defining.effect === 'deny') throw new Error('grace may not define labels')
    const [dimension = '', value = ''] = name.split('/')
    const label = { dimension: dimension as 'item', value, title: name, record: terms.number, basis: null }
    await defineLabel(enclave.files, defining.permit, 'sample.sallyport.invalid', label)
  }
}
