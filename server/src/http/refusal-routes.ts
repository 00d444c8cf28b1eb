// Routes of refusals that are worth a look, and of unusual releases.

import { parseId, Problem, type Id, type Role } from '@sallyport/protocol'
import { refusalsQuery, triageRefusal as triageBody, type RefusalView } from '@sallyport/protocol/api'
import type { RecordedDecision } from '../policy/index.ts'
import { readRefusals, triageRefusal, unusualReleases } from '../triage/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { namingThings, type NameThings } from './naming-things.ts'
import { naming } from './naming-people.ts'

export const refusalRoutes = {
  async refusals(gate: Gate, call: Call) {
    const { all = 'false', after } = refusalsQuery.parse(call.query)
    const list = `refusals ${all}`
    const [before = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const { permit, person } = await permitted(
      gate,
      call,
      'refusal.list',
      { kind: 'enclave' },
      { kind: 'entries', id: 'refusals' },
    )
    const place = { isOpen: all === 'false', before: before === null ? null : Number(before) }
    const { refusals: found, next } = await readRefusals(gate.triage, permit, place)
    const named = await namingThings(
      gate,
      found.map(({ decision }) => decision),
    )
    const people = await naming(
      gate,
      found.flatMap(({ triage }) => (triage === null ? [] : [triage.by])),
    )
    return {
      refusals: found.map(({ decision, rules, triage, alike }) => ({
        ...shown(decision, named, person),
        reasons: [...decision.body.reasons],
        rules: [...rules],
        alike,
        triage:
          triage === null
            ? null
            : {
                state: triage.state,
                note: triage.note,
                by: people(triage.by),
                at: new Date(triage.atMs).toISOString(),
              },
      })),
      next: next === null ? null : await gate.cursors.seal(list, [String(next)]),
    }
  },

  async triageRefusal(gate: Gate, call: Call) {
    const { from, state, note, also = [] } = triageBody.parse(call.body)
    const decisionId = parseId<'entry'>(call.params['decisionId'])
    if (decisionId === null) throw new Problem('not-found', 'cannot triage: there is no refusal of that id')
    const { permit } = await permitted(
      gate,
      call,
      'refusal.triage',
      { kind: 'enclave' },
      { kind: 'entry', id: decisionId },
    )
    const entries = await triageRefusal(gate.triage, permit, {
      decisionIds: [decisionId, ...(also as Id<'entry'>[])],
      from,
      state,
      note,
    })
    return { decisionId, state, receipt: await receiptOf(gate, entries) }
  },

  async unusualReleases(gate: Gate, call: Call) {
    const { permit, person } = await permitted(
      gate,
      call,
      'refusal.list',
      { kind: 'enclave' },
      { kind: 'entries', id: 'releases' },
    )
    const { releases, compared, sinceMs } = await unusualReleases(gate.triage, permit)
    const named = await namingThings(
      gate,
      releases.map(({ decision }) => decision),
    )
    return {
      releases: releases.map(({ decision, rules }) => ({ ...shown(decision, named, person), rules: [...rules] })),
      compared,
      since: sinceMs === null ? null : new Date(sinceMs).toISOString(),
    }
  },
}

/** Names of files are for those who read which files there are; whoever else looks has the id to ask with. */
function shown(
  decision: RecordedDecision,
  named: NameThings,
  reader: { readonly roles: readonly Role[] },
): Omit<RefusalView, 'reasons' | 'rules' | 'triage' | 'alike'> {
  const { id, atMs, body } = decision
  const { by, about } = named({ actor: decision.actor, about: decision.about })
  const seesName = about?.kind !== 'file' || reader.roles.some((role) => role === 'officer' || role === 'auditor')
  const { name = '', country = null } = body.place as { readonly name?: string; readonly country?: string | null }
  return {
    decisionId: id,
    at: new Date(atMs).toISOString(),
    by,
    action: body.action,
    about: about === null ? { kind: 'enclave', id: '', name: '' } : { ...about, name: seesName ? about.name : '' },
    place: { name, country },
    door: body.attributes.context.door,
  }
}
