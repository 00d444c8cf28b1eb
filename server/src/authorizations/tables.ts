// What entries make of the register and of legal data.

import { authorizationTerms } from '@sallyport/protocol'
import * as z from 'zod'
import { put, type Columns, type Fold, type ModuleTables, type RowEffect } from '../ledger/index.ts'
import { employeeCountryText, proscribedCountryText } from './tables/store.ts'

const said = z.object({
  number: z.string(),
  version: z.number(),
  state: z.string(),
  termsDigest: z.string(),
  terms: authorizationTerms.optional(),
})

function termsColumns({ number, termsDigest, terms }: z.infer<typeof said>): Columns {
  if (terms === undefined) return { number, terms: termsDigest }
  return {
    number,
    terms: termsDigest,
    valid_from: Date.parse(terms.validFrom),
    valid_until: Date.parse(terms.validUntil),
    persons: terms.persons,
    foreign_parties: terms.parties.filter((party) => party.side === 'foreign').map((party) => party.id),
  }
}

/** The version of the terms that is in effect from then on. */
function kept(id: string, version: number): RowEffect {
  return {
    does: 'copy',
    table: 'authorization_version',
    key: [id, String(version)],
    from: { table: 'authorization_record', key: [id] },
    columns: (row) =>
      Object.fromEntries(
        Object.entries(row).filter(([name]) => ['terms', 'persons', 'foreign_parties'].includes(name)),
      ),
  }
}

const open: Columns = { ended_by: null, ended_at: null, end_reason: null, exhausted_at: null }
/** Where everything that a license allows was drawn. */
const used = z.looseObject({ ends: z.boolean().default(false) })

const registered: Fold = ({ about, actor, body }) => {
  const { version, state, ...rest } = said.parse(body)
  const columns = termsColumns({ version, state, ...rest })
  return [
    put('authorization_record', [about], {
      version,
      state,
      registered_by: actor,
      ...columns,
      ...open,
      effective_at: null,
      amended_at: null,
    }),
  ]
}

const founded: Fold = ({ about, body }) => {
  const { version, state, ...rest } = said.parse(body)
  const columns = termsColumns({ version, state, ...rest })
  return [
    put('authorization_record', [about], {
      version,
      state,
      registered_by: null,
      request_id: null,
      ...columns,
      ...open,
    }),
    kept(about, version),
  ]
}

const approved: Fold = ({ about, body }) => {
  const { version, state, number, termsDigest } = said.parse(body)
  return [
    put('authorization_record', [about], { version, state, number, terms: termsDigest }, ['effective_at']),
    kept(about, version),
  ]
}

const amended: Fold = ({ about, body }) => {
  const { version, state, ...rest } = said.parse(body)
  const unsaid = ['valid_from', 'valid_until', 'persons', 'foreign_parties']
  return [
    // Terms too long for an entry are there by their digest alone.
    { does: 'unsay', table: 'authorization_record', key: [about], columns: unsaid },
    put('authorization_record', [about], { version, state, ...termsColumns({ version, state, ...rest }) }, [
      'amended_at',
      ...(used.parse(body).ends ? ['exhausted_at'] : []),
    ]),
    kept(about, version),
  ]
}

const reason = z.object({ reason: z.string() })
const ended: Fold = ({ about, actor, body }) => {
  const { version, state, number, termsDigest } = said.parse(body)
  const end = { ended_by: actor, end_reason: reason.parse(body).reason }
  return [put('authorization_record', [about], { version, state, number, terms: termsDigest, ...end }, ['ended_at'])]
}

const drawing = z.object({
  draw: z.string(),
  line: z.string(),
  place: z.number(),
  quantity: z.number(),
  valueCents: z.number(),
  drawnQuantity: z.number(),
  drawnCents: z.number(),
  mostQuantity: z.number(),
  mostCents: z.number(),
  reference: z.string(),
  corrects: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
  ends: z.boolean(),
})
const drawn: Fold = ({ about, actor, body }) => {
  const one = drawing.parse(body)
  const row = put('authorization_draw', [one.draw], {
    authorization_id: about,
    line: one.line,
    place: one.place,
    quantity: one.quantity,
    value_cents: one.valueCents,
    drawn_quantity: one.drawnQuantity,
    drawn_cents: one.drawnCents,
    most_quantity: one.mostQuantity,
    most_cents: one.mostCents,
    reference: one.reference,
    corrects: one.corrects,
    reason: one.reason,
    drawn_by: actor,
  })
  return one.ends ? [row, put('authorization_record', [about], {}, ['exhausted_at'])] : [row]
}

const dutyRecorded = z.object({
  record: z.string(),
  duty: z.string(),
  occurrence: z.string(),
  place: z.number(),
  evidence: z.object({
    kind: z.string(),
    text: z.string(),
    filedOn: z.string().nullable(),
    sha256: z.string().nullable(),
  }),
  conclusion: z.object({ outcome: z.string(), on: z.string() }).nullable(),
})
const dutySaid =
  (outcome: 'done' | 'reopened'): Fold =>
  ({ about, actor, body }) => {
    const { record, duty, occurrence, place, evidence, conclusion } = dutyRecorded.parse(body)
    return [
      put('authorization_duty_record', [record], {
        authorization_id: about,
        duty,
        occurrence,
        place,
        outcome,
        evidence_kind: evidence.kind,
        evidence: evidence.text,
        filed_on: evidence.filedOn,
        file_sha256: evidence.sha256,
        conclusion: conclusion?.outcome ?? null,
        concluded_on: conclusion?.on ?? null,
        recorded_by: actor,
      }),
    ]
  }

const loaded = z.object({ digest: z.string(), asOf: z.string() })
const legalDataLoaded: Fold = ({ body }) => {
  const { digest, asOf } = loaded.parse(body)
  return [
    { does: 'put-all', table: 'legal_data', columns: { in_force: false } },
    put('legal_data', [digest], { as_of: asOf, in_force: true }),
    put('proscribed_country', ['all'], {}),
    put('employee_country', ['all'], {}),
  ]
}

const acknowledged = z.object({ proviso: z.string(), textSha256: z.string() })
const provisoAcknowledged: Fold = ({ about, actor, body }) => {
  const { proviso, textSha256 } = acknowledged.parse(body)
  return [put('proviso_acknowledgment', [actor ?? '', about, proviso, textSha256], {})]
}

export const authorizationsTables: ModuleTables = {
  tables: [
    {
      name: 'authorization_record',
      key: { id: 'uuid' },
      columns: {
        version: 'value',
        state: 'value',
        number: 'value',
        terms: 'canonical',
        valid_from: 'time-said',
        valid_until: 'time-said',
        persons: 'value',
        foreign_parties: 'value',
        registered_by: 'value',
        registered_at: 'time',
        request_id: 'fact',
        effective_at: 'time',
        amended_at: 'time',
        exhausted_at: 'time',
        ended_by: 'value',
        ended_at: 'time',
        end_reason: 'value',
      },
    },
    {
      name: 'authorization_version',
      key: { authorization_id: 'uuid', version: 'integer' },
      columns: { terms: 'canonical', persons: 'value', foreign_parties: 'value', effective_at: 'time' },
    },
    {
      name: 'authorization_draw',
      key: { id: 'uuid' },
      columns: {
        authorization_id: 'value',
        line: 'value',
        place: 'value',
        quantity: 'value',
        value_cents: 'value',
        drawn_quantity: 'value',
        drawn_cents: 'value',
        most_quantity: 'value',
        most_cents: 'value',
        reference: 'value',
        corrects: 'value',
        reason: 'value',
        drawn_by: 'value',
        drawn_at: 'time',
      },
    },
    {
      name: 'authorization_duty_record',
      key: { id: 'uuid' },
      columns: {
        authorization_id: 'value',
        duty: 'value',
        occurrence: 'value',
        place: 'value',
        outcome: 'value',
        evidence_kind: 'value',
        evidence: 'value',
        filed_on: 'value',
        file_sha256: 'value',
        conclusion: 'value',
        concluded_on: 'value',
        recorded_by: 'value',
        recorded_at: 'time',
      },
    },
    {
      name: 'legal_data',
      key: { digest: 'text' },
      columns: { as_of: 'value', loaded_at: 'time', in_force: 'value', exemptions: 'digest', validity: 'digest' },
      leftOut: { content: 'its digest is the key, against which it is held wherever it is read' },
      mayStand: 't.loaded_at IS NULL',
    },
    {
      // They are replaced as a whole, and compared as one.
      name: 'proscribed_country',
      key: { part: 'text' },
      columns: { rows: 'digest' },
      source: proscribedCountryText,
      mayStand: "t.rows = ''",
    },
    {
      name: 'employee_country',
      key: { part: 'text' },
      columns: { rows: 'digest' },
      source: employeeCountryText,
      mayStand: "t.rows = ''",
    },
    {
      name: 'proviso_acknowledgment',
      key: { person_id: 'uuid', authorization_id: 'uuid', proviso: 'text', text_sha256: 'text' },
      columns: { acknowledged_at: 'time' },
    },
  ],
  leftOut: {},
  folds: {
    'authorization.registered': registered,
    'authorization.founded': founded,
    'authorization.approved': approved,
    'authorization.amended': amended,
    'authorization.ended': ended,
    'authorization.drawn': drawn,
    'authorization.draw-taken-back': drawn,
    'authorization.duty-done': dutySaid('done'),
    'authorization.duty-reopened': dutySaid('reopened'),
    'legal-data.loaded': legalDataLoaded,
    'proviso.acknowledged': provisoAcknowledged,
  },
  withoutRows: {},
}
