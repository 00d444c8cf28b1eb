// Routes of people, and of the register of authorizations, in and out of spreadsheets.

import { Readable } from 'node:stream'
import { concat, Problem } from '@sallyport/protocol'
import { exportQuery, importQuery, type AuthorizationsImported, type PeopleImported } from '@sallyport/protocol/api'
import {
  applyRegister,
  compareRegister,
  exportRegister,
  type RegisterCompared,
  type RegisterLookedAt,
} from '../authorizations/index.ts'
import { applyImport, compareImport, exportPeople, type ImportPlan, type PlannedPerson } from '../roster/index.ts'
import { spreadsheetLimits } from '../spreadsheet/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const importRoutes = {
  async importPeople(gate: Gate, call: Call): Promise<PeopleImported> {
    const { apply, reason } = importQuery.parse(call.query)
    // Read to its end first: a permit lives 5 s.
    const bytes = await bodyOf(call)
    const { permit } = await permitted(gate, call, 'person.import', { kind: 'enclave' })
    if (apply === undefined) {
      const { plan, hiddenSheets, entries } = await compareImport(gate.roster, permit, bytes)
      // Looks at countries are durable before what they told leaves.
      if (entries.length > 0) await receiptOf(gate, entries)
      return { ...shown(plan), hiddenSheets: [...hiddenSheets], applied: null }
    }
    const done = await applyImport(gate.roster, permit, { bytes, digest: apply, reason })
    const { added, changed, proposed, requestId: approvalId, entries } = done
    const receipt = entries.length === 0 ? null : await receiptOf(gate, entries)
    const applied = { added, changed, proposed, approvalId, receipt: receipt === null ? null : { ...receipt } }
    return { ...shown(done.plan), hiddenSheets: [...done.hiddenSheets], applied }
  },

  async exportPeople(gate: Gate, call: Call) {
    const { format } = exportQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'person.export', { kind: 'enclave' })
    return { stream: Readable.from(await exportPeople(gate.roster, permit, format)) }
  },

  async importAuthorizations(gate: Gate, call: Call): Promise<AuthorizationsImported> {
    const { apply, reason } = importQuery.parse(call.query)
    const bytes = await bodyOf(call)
    const { permit } = await permitted(gate, call, 'authorization.register', { kind: 'enclave' })
    if (apply === undefined) {
      const { doubts, ...compared } = await compareRegister(gate.authorizations, permit, bytes)
      return { ...registerShown(compared, doubts), applied: null }
    }
    const done = await applyRegister(gate.authorizations, permit, {
      bytes,
      digest: apply,
      reason,
      mayAmend: async (id) =>
        (await permitted(gate, call, 'authorization.amend', { kind: 'authorization', id })).permit,
    })
    const receipt = done.entries.length === 0 ? null : await receiptOf(gate, done.entries)
    return {
      ...registerShown(done, new Map()),
      applied: { approvalIds: [...done.requests], receipt: receipt === null ? null : { ...receipt } },
    }
  },

  async exportAuthorizations(gate: Gate, call: Call) {
    const { format } = exportQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' })
    return { stream: Readable.from([await exportRegister(gate.authorizations, permit, format)]) }
  },
}

function registerShown({ plan, hiddenSheets }: RegisterCompared, doubts: RegisterLookedAt['doubts']) {
  const count = (outcome: string) => plan.rows.filter((one) => one.outcome === outcome).length
  return {
    sheet: plan.sheet,
    hiddenSheets: [...hiddenSheets],
    digest: plan.digest,
    counts: {
      registered: count('registered'),
      amended: count('amended'),
      narrowed: count('narrowed'),
      unchanged: count('unchanged'),
      missing: plan.missing.length,
      faults: plan.faults.length,
    },
    rows: plan.rows.flatMap((one) =>
      one.outcome === 'unchanged'
        ? []
        : [
            {
              row: one.row,
              number: one.terms.number,
              title: one.terms.title,
              authorizationId: one.outcome === 'registered' ? null : one.authorization.id,
              outcome: one.outcome,
              differences: one.outcome === 'registered' ? [] : one.differences.map((difference) => ({ ...difference })),
              warnings: (doubts.get(one.row) ?? []).map((doubt) => ({ ...doubt })),
            },
          ],
    ),
    faults: plan.faults.map((one) => ({ ...one })),
    missing: [...plan.missing],
  }
}

async function bodyOf(call: Call): Promise<Uint8Array> {
  if (!(call.body instanceof Readable)) {
    throw new Problem('unsupported-media-type', 'cannot import: the body is no octets, want a spreadsheet')
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of call.body as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > spreadsheetLimits.fileBytes) {
      const want = `at most ${spreadsheetLimits.fileBytes} bytes`
      throw new Problem('too-large', `cannot import: the file is larger than this gate reads, want ${want}`)
    }
    parts.push(part)
  }
  return concat(...parts)
}

function shown({ sheet, people, faults, similar, missing, areMoreMissing, digest }: ImportPlan) {
  const rows = people.map((one) => ({
    row: one.row,
    personId: one.person?.id ?? null,
    externalId: one.wanted.externalId,
    name: one.wanted.displayName,
    outcome: outcomeOf(one),
    waitsFor: one.waiting,
    differences: one.differences.map((difference) => ({ ...difference })),
  }))
  const count = (outcome: ReturnType<typeof outcomeOf>) => rows.filter((one) => one.outcome === outcome).length
  return {
    sheet,
    digest,
    counts: {
      added: count('added'),
      changed: count('changed'),
      waiting: count('waiting'),
      unchanged: count('unchanged'),
      missing: missing.length,
      faults: faults.length,
    },
    people: rows,
    faults: faults.map((one) => ({ ...one })),
    similar: similar.map(({ displayName: name, ...one }) => ({ ...one, name })),
    missing: missing.map(({ id, externalId, displayName }) => ({
      personId: id,
      externalId,
      name: displayName,
    })),
    areMoreMissing,
  }
}

function outcomeOf({ person, waiting, differences }: PlannedPerson): 'added' | 'changed' | 'waiting' | 'unchanged' {
  if (person === null) return 'added'
  if (waiting !== null) return 'waiting'
  return differences.length === 0 ? 'unchanged' : 'changed'
}
