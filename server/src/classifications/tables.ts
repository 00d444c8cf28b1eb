// What entries make of classification records.

import { classificationTerms } from '@sallyport/protocol'
import * as z from 'zod'
import { put, type Fold, type ModuleTables, type RowEffect } from '../ledger/index.ts'
import { itemsOf } from './store.ts'

const said = z.object({
  number: z.string(),
  state: z.string(),
  termsDigest: z.string(),
  terms: classificationTerms,
  supersedes: z.string().nullable(),
  reason: z.string(),
})
const table = 'classification_record'

/** A record that is new. */
function fresh(id: string, actor: string | null, body: unknown): RowEffect {
  const { number, state, termsDigest, terms, supersedes, reason } = said.parse(body)
  const isInForce = state === 'in-force'
  return put(table, [id], {
    number,
    state,
    terms: termsDigest,
    jurisdiction: terms.jurisdiction,
    items: [...itemsOf(terms)],
    is_in_doubt: terms.doubt !== undefined,
    next_review: terms.nextReview,
    supersedes,
    reason,
    registered_by: actor,
    superseded_by: null,
    withdrawn_by: null,
    withdrawn_reason: null,
    ...(isInForce ? { request_id: null } : { effective_at: null }),
    ended_at: null,
    head: isInForce ? id : null,
  })
}

const placed = z.object({ supersedes: z.string().nullable(), carried: z.array(z.string()) })
/** What it does to the record in whose place it comes, and to those that led there. */
function inPlace(id: string, body: unknown): readonly RowEffect[] {
  const { supersedes, carried } = placed.parse(body)
  return [
    ...(supersedes === null
      ? []
      : [put(table, [supersedes], { state: 'superseded', superseded_by: id }, ['ended_at'])]),
    ...carried.map((one) => put(table, [one], { head: id }, [])),
  ]
}

const registered: Fold = ({ about, actor, body }) => [fresh(about, actor, body)]
const raised: Fold = ({ about, actor, body }) => [fresh(about, actor, body), ...inPlace(about, body)]
const approved: Fold = ({ about, body }) => [
  put(table, [about], { state: 'in-force', head: about }, ['effective_at']),
  ...inPlace(about, body),
]
const withdrawal = z.object({ reason: z.string() })
const withdrawn: Fold = ({ about, actor, body }) => [
  put(table, [about], { state: 'withdrawn', withdrawn_by: actor, withdrawn_reason: withdrawal.parse(body).reason }, [
    'ended_at',
  ]),
]

export const classificationsTables: ModuleTables = {
  tables: [
    {
      name: table,
      key: { id: 'uuid' },
      columns: {
        number: 'value',
        state: 'value',
        terms: 'canonical',
        jurisdiction: 'value',
        items: 'value',
        is_in_doubt: 'value',
        next_review: 'value',
        supersedes: 'value',
        reason: 'value',
        registered_by: 'value',
        registered_at: 'time',
        request_id: 'fact',
        effective_at: 'time',
        ended_at: 'time',
        superseded_by: 'value',
        withdrawn_by: 'value',
        withdrawn_reason: 'value',
        head: 'value',
      },
    },
  ],
  leftOut: {},
  folds: {
    'classification.registered': registered,
    'classification.founded': registered,
    'classification.raised': raised,
    'classification.approved': approved,
    'classification.withdrawn': withdrawn,
  },
  withoutRows: {},
}
