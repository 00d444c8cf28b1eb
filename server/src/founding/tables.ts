// What entries make of the record of a founding.

import * as z from 'zod'
import { put, type Fold, type ModuleTables, type RowEffect } from '../ledger/index.ts'
import { nameKey } from './founders-file.ts'
import { founderKeysOf } from './store.ts'

const opened = z.object({ foundersDigest: z.string(), absenceRule: z.string() })
const foundingOpened: Fold = ({ body }) => {
  const { foundersDigest, absenceRule } = opened.parse(body)
  return [put('founding', ['true'], { digest: foundersDigest, absence_rule: absenceRule })]
}

const named = z
  .object({ role: z.string(), official: z.boolean().default(false) })
  .transform(({ role, official }) => ({ role, is_official: official }))
const namedSealed = z.object({ displayName: z.string(), basis: z.string(), evidenceRef: z.string() })
const founderNamed: Fold = ({ about, body }, open) => {
  const text = open()
  const notYet = { issuer: null, subject: null, enrolled_at: null }
  if (text === null) return [put('founder', [about], { ...named.parse(body), ...notYet })]
  const { displayName, basis, evidenceRef } = namedSealed.parse(JSON.parse(text))
  const personal = { display_name: displayName, name_key: nameKey(displayName), basis, evidence_ref: evidenceRef }
  return [put('founder', [about], { ...named.parse(body), ...personal, ...notYet })]
}

const enrolled = z.object({ issuer: z.string(), subject: z.string() })
const founderEnrolled: Fold = ({ about, body }) => [put('founder', [about], enrolled.parse(body), ['enrolled_at'])]

const attested: Fold = ({ about, actor }) => [put('founder_attestation', [about, actor ?? ''], {})]

const codes = ['code_digest', 'code_until']
const forgotten: RowEffect = { does: 'drop-all', table: 'founding_wrong_code' }
const codesIssued: Fold = ({ about }) => [forgotten, put('founder', [about], {}, codes)]
const enrollmentVoided: Fold = ({ about }) => [
  forgotten,
  { does: 'drop-all', table: 'founder_attestation', where: { part: 0, is: about } },
  { does: 'drop-all', table: 'founder_attestation', where: { part: 1, is: about } },
  put('founder', [about], { issuer: null, subject: null, enrolled_at: null }, codes),
]

const wrong = enrolled.extend({ tries: z.number() })
const codeRefused: Fold = ({ body }) => {
  const { issuer, subject, tries } = wrong.parse(body)
  return [put('founding_wrong_code', [issuer, subject], { tries })]
}

export const foundingTables: ModuleTables = {
  tables: [
    {
      name: 'founding',
      key: { only_row: 'boolean' },
      columns: { digest: 'value', absence_rule: 'value', opened_at: 'time' },
      mayStand: 't.opened_at IS NULL',
    },
    {
      name: 'founder',
      key: { id: 'uuid' },
      columns: {
        display_name: 'value',
        name_key: 'value',
        basis: 'value',
        evidence_ref: 'value',
        role: 'value',
        is_official: 'value',
        code_digest: 'sealed',
        code_until: 'time',
        issuer: 'value',
        subject: 'value',
        enrolled_at: 'time',
      },
      leftOut: {
        person_key: 'wrapped anew at any time; that it opens what entries seal for the person is tried instead',
      },
      mayStand: 'EXISTS (SELECT FROM founding f WHERE f.opened_at IS NULL)',
    },
    {
      name: 'founder_attestation',
      key: { about: 'uuid', by: 'uuid' },
      columns: { attested_at: 'time' },
    },
    {
      name: 'founding_wrong_code',
      key: { issuer: 'text', subject: 'text' },
      columns: { tries: 'value' },
      isKeyPersonal: true,
    },
  ],
  leftOut: {},
  folds: {
    'founding.opened': foundingOpened,
    'founder.named': founderNamed,
    'founder.enrolled': founderEnrolled,
    'founder.attested': attested,
    'founding.codes-issued': codesIssued,
    'founding.enrollment-voided': enrollmentVoided,
    'founding.code-refused': codeRefused,
  },
  withoutRows: {},
  personKeys: founderKeysOf,
}
