// SQL over everybody's name, for the migration that fills by what people are found.

import * as z from 'zod'
import type { Transaction } from '../../base/index.ts'
import { nobody } from '../store.ts'

const batch = 5000

interface Named {
  readonly id: string
  readonly displayName: string
  readonly externalId: string | null
}

/** The next people in the order of their ids; nobody after the last. */
export async function namesAfter(tx: Transaction, after: string | null): Promise<readonly Named[]> {
  const rows = await tx.query(
    `SELECT id, display_name AS "displayName", external_id AS "externalId" FROM person
      WHERE id > $1::uuid ORDER BY id LIMIT ${batch}`,
    [after ?? nobody],
  )
  return z.array(z.object({ id: z.string(), displayName: z.string(), externalId: z.string().nullable() })).parse(rows)
}

/** Do some work on people during which no trigger of theirs is run. */
export async function withoutTriggers(tx: Transaction, work: () => Promise<void>): Promise<void> {
  await tx.query('ALTER TABLE person DISABLE TRIGGER USER')
  await work()
  await tx.query('ALTER TABLE person ENABLE TRIGGER USER')
}

export async function writeNames(
  tx: Transaction,
  people: readonly {
    readonly id: string
    readonly name_look: string
    readonly name_words: string
    readonly external_id_look: string | null
  }[],
): Promise<void> {
  await tx.query(
    `UPDATE person p SET name_look = r.name_look, name_words = r.name_words::tsvector, external_id_look = r.external_id_look
       FROM jsonb_to_recordset($1::jsonb) r(id uuid, name_look text, name_words text, external_id_look text) WHERE p.id = r.id`,
    [JSON.stringify(people)],
  )
}
