// Routes of the roster's past, its rules and what is due.

import { changeSetting as settingBody, compareQuery } from '@sallyport/protocol/api'
import { countWaiting } from '../candidates/index.ts'
import {
  changeSetting,
  compareRoster,
  dueReviews,
  groundOf,
  personHistory,
  readSettings,
  setReviewInterval,
  type Decided,
  type Person,
  type RelatedRecord,
  raiseRetention,
  usPersonRetention,
} from '../roster/index.ts'
import { readStanding } from '../policy/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'
import { personId, show } from './people-routes.ts'

export const rosterRoutes = {
  async personHistory(gate: Gate, call: Call) {
    const id = personId(call)
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { versions, looks, endings, related } = await personHistory(gate.roster, permit, id)
    const { goesOnIn, mergedFrom, splitFrom, splitInto } = related
    const named = await naming(gate, [
      ...versions.flatMap((one) => [...one.approvedBy, ...(one.by === null ? [] : [one.by])]),
      ...[...looks, ...endings].flatMap(({ by }) => (by === null ? [] : [by])),
      ...(goesOnIn === null ? [] : [goesOnIn]),
      ...[...mergedFrom, ...splitInto, ...(splitFrom === null ? [] : [splitFrom])].map((one) => one.personId),
    ])
    const belonging = ({ personId, atMs, entryId }: RelatedRecord) => ({
      ...named(personId),
      at: new Date(atMs).toISOString(),
      entryId,
    })
    return {
      personId: id,
      goesOnIn: goesOnIn === null ? null : named(goesOnIn),
      mergedFrom: mergedFrom.map(belonging),
      splitFrom: splitFrom === null ? null : belonging(splitFrom),
      splitInto: splitInto.map(belonging),
      versions: versions.map(({ person, fromMs, change, by, approvedBy, reason, entryId }) => ({
        person: show(person),
        verification: restsOn(person, versions),
        from: new Date(fromMs).toISOString(),
        change,
        by: by === null ? null : named(by),
        approvedBy: approvedBy.map(named),
        reason,
        entryId,
      })),
      looks: looks.map(({ by, atMs, purpose, entryId }) => ({
        at: new Date(atMs).toISOString(),
        by: by === null ? null : named(by),
        purpose,
        entryId,
      })),
      endings: endings.map(({ atMs, by, entryId, untilRefusedMs, ...found }) => ({
        at: new Date(atMs).toISOString(),
        by: by === null ? null : named(by),
        entryId,
        lastPermit: told(found.lastPermit),
        firstRefusal: told(found.firstRefusal),
        permitAfter: told(found.permitAfter),
        untilRefusedMs,
      })),
    }
  },

  async compareRoster(gate: Gate, call: Call) {
    const { from, to, after } = compareQuery.parse(call.query)
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
    const list = `compare ${fromMs} ${toMs}`
    const place = after === undefined ? null : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { differences, last } = await compareRoster(gate.roster, permit, { fromMs, toMs, after: place })
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      people: differences.map(({ personId, before, after, differs }) => ({
        personId,
        before: before === null ? null : show(before),
        after: after === null ? null : show(after),
        differs,
      })),
      next: last === null ? null : await gate.cursors.seal(list, last),
    }
  },

  async tasks(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const due = await dueReviews(gate.roster, permit)
    return {
      candidates: await countWaiting(gate.candidates),
      officials: (await readStanding(gate.database, 'empowered-official')).size,
      tasks: due.map(({ displayName, lastAtMs, dueAtMs, ...rest }) => ({
        ...rest,
        name: displayName,
        last: lastAtMs === null ? null : new Date(lastAtMs).toISOString(),
        due: new Date(dueAtMs).toISOString(),
      })),
    }
  },

  async settings(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { settings, intervals } = await readSettings(gate.roster, permit)
    return {
      settings: settings.map(({ isOn, setAtMs, ...rest }) => ({
        ...rest,
        on: isOn,
        setAt: new Date(setAtMs).toISOString(),
      })),
      usPersonReleaseYears: await usPersonRetention(gate.database),
      intervals,
    }
  },

  async changeSetting(gate: Gate, call: Call) {
    const wanted = settingBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'setting.change', { kind: 'enclave' })
    if (wanted.setting === 'review-interval') {
      const entries = await setReviewInterval(gate.roster, permit, wanted)
      return { approvalId: null, receipt: await receiptOf(gate, entries) }
    }
    if (wanted.setting === 'us-person-release-retention') {
      const entries = await raiseRetention(gate.roster, permit, wanted)
      return { approvalId: null, receipt: await receiptOf(gate, entries) }
    }
    const { setting, on, reason } = wanted
    const outcome = await changeSetting(gate.roster, permit, { name: setting, isOn: on, reason })
    const approvalId = outcome.outcome === 'proposed' ? outcome.requestId : null
    return { approvalId, receipt: await receiptOf(gate, outcome.entries) }
  },
}

/** What a version's status rests on. What an ended person was stands in the versions before. */
function restsOn(person: Person, versions: readonly { readonly person: Person }[]) {
  if (person.status === 'unverified' || person.verification === null) return null
  const { atMs, evidenceRef } = person.verification
  const sameTime = versions.filter(({ person: one }) => 'verification' in one && one.verification?.atMs === atMs)
  return { ground: sameTime.map((one) => groundOf(one.person)).find((one) => one !== null) ?? null, evidenceRef }
}

function told(decided: Decided | null) {
  if (decided === null) return null
  const { atMs, action, entryId } = decided
  return { at: new Date(atMs).toISOString(), action, entryId }
}
