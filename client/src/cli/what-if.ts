// sallyport decision what-if: one question of several, each over everybody and everything.

import { Problem } from '@sallyport/protocol'
import type { accessChange } from '@sallyport/protocol/api'
import type * as z from 'zod'
import type { Connection } from '../gate/index.ts'
import { tellEffect } from './access.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization, findPerson } from './find.ts'
import { effectOfPolicies } from './policy-verbs.ts'

export interface WhatIfOptions extends GeneralOptions {
  readonly ends?: string
  readonly person?: string
  readonly becomes?: string
  readonly citizenship?: string
  readonly formerCitizenship?: string
  readonly residency?: string
  readonly assign?: string
  readonly unassign?: string
  readonly place?: string
  readonly policies?: string
}

type AccessChange = z.input<typeof accessChange>
const statuses = ['us-person', 'foreign-person', 'unverified', 'ended'] as const

/** Ask what one thing would change. Throws Problem `invalid-request` for none, for several, and for what does not go together. */
export async function whatIf(context: Context, _: readonly string[], options: WhatIfOptions): Promise<Exit> {
  mustGoWithPerson(options)
  const { ends, person, place, policies } = options
  const alone = [ends, policies].filter((one) => one !== undefined)
  if (alone.length + (person === undefined && place === undefined ? 0 : 1) !== 1) {
    throw new Problem('invalid-request', 'cannot ask what would change: want --ends, --person, --place or --policies')
  }
  const recorded = person === undefined ? null : recordOf(options)
  if (policies !== undefined) return await effectOfPolicies(context, policies)
  const connection = await context.connect()
  if (ends !== undefined) {
    const found = await findAuthorization(connection, ends)
    if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
    return await tellEffect(context, connection, { kind: 'authorization-ends', authorizationId: found.value.id })
  }
  const found = person === undefined ? null : await findPerson(connection, person)
  if (found?.outcome === 'refused') return context.refused(found, 'read the roster')
  const personId = found?.value.id
  if (place !== undefined) return await elsewhere(context, connection, place, personId)
  return await tellEffect(context, connection, { kind: 'person', personId: personId ?? '', ...recorded })
}

/** What is asked of a record is asked of somebody's, and of somebody something is asked. Throws Problem `invalid-request`. */
function mustGoWithPerson(options: WhatIfOptions): void {
  const { person, becomes, citizenship, formerCitizenship, residency, assign, unassign, place } = options
  const isOfRecord = [becomes, citizenship, formerCitizenship, residency, assign, unassign].some(
    (one) => one !== undefined,
  )
  if (isOfRecord && person === undefined) {
    throw new Problem('invalid-request', 'cannot ask what would change: another record is of somebody, want --person')
  }
  if (person !== undefined && !isOfRecord && place === undefined) {
    throw new Problem(
      'invalid-request',
      'cannot ask what would change: nothing of their record is named, want --becomes, --assign, --unassign or --place',
    )
  }
}

async function elsewhere(
  context: Context,
  connection: Connection,
  place: string,
  personId: string | undefined,
): Promise<Exit> {
  const country = place === 'unknown' ? null : place.toUpperCase()
  const whose = personId === undefined ? {} : { personId }
  return await tellEffect(context, connection, { kind: 'place', country, ...whose })
}

function recordOf(
  options: WhatIfOptions,
): Pick<Extract<AccessChange, { kind: 'person' }>, 'status' | 'ties' | 'assign' | 'unassign'> {
  const { becomes, citizenship, formerCitizenship, residency, assign, unassign, place } = options
  const status = statuses.find((one) => one === becomes)
  if (becomes !== undefined && status === undefined) {
    throw new Problem(
      'invalid-request',
      `cannot ask what would change: --becomes is ${becomes}, want ${statuses.join(', ')}`,
    )
  }
  const ties = [citizenship, formerCitizenship, residency]
  const hasTies = ties.some((one) => one !== undefined)
  if (hasTies !== (status === 'foreign-person')) {
    throw new Problem(
      'invalid-request',
      'cannot ask what would change: want countries exactly with --becomes foreign-person',
    )
  }
  if (place !== undefined && [becomes, assign, unassign].some((one) => one !== undefined)) {
    throw new Problem('invalid-request', 'cannot ask what would change: want another place or another record, not both')
  }
  const [citizenships = [], formerCitizenships = [], permanentResidencies = []] = ties.map(listOf)
  const [, program, purpose] = /^([^:]+):([^:]+)$/.exec(assign ?? '') ?? []
  if (assign !== undefined && (program === undefined || purpose === undefined)) {
    throw new Problem(
      'invalid-request',
      `cannot ask what would change: --assign is ${assign}, want it as program:purpose`,
    )
  }
  return {
    ...(status === undefined ? {} : { status }),
    ...(hasTies ? { ties: { citizenships, formerCitizenships, permanentResidencies } } : {}),
    assign: program === undefined || purpose === undefined ? [] : [{ program, purpose }],
    unassign: unassign === undefined ? [] : [unassign],
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim().toUpperCase()]))
}
