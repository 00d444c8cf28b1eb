// Routes of the record of releases.

import { Readable } from 'node:stream'
import type { Id } from '@sallyport/protocol'
import { exportReleasesQuery, releasesQuery } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { exportReleases, readReleases, type LookAtCountries, type ReleaseQuestion } from '../releases/index.ts'
import { lookAtRecordedTies } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate, type Looked } from './gate.ts'

export const releaseRoutes = {
  async releases(gate: Gate, call: Call) {
    const asked = releasesQuery.parse(call.query)
    const list = `releases ${asked.order} ${JSON.stringify(questionOf(asked))}`
    const [from = null] = asked.after === undefined ? [] : await gate.cursors.open(list, asked.after)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, lookedAt(asked))
    const look = lookOf(gate, call, asked.purpose)
    const paging = { order: asked.order, after: from === null ? null : Number(from), look }
    const { releases, next, ledgerSize, usPersonYears } = await readReleases(
      gate.releases,
      permit,
      questionOf(asked),
      paging,
    )
    return {
      releases: releases.map(({ atMs, countries, reliance, keptUntilMs, ...rest }) => ({
        ...rest,
        at: new Date(atMs).toISOString(),
        keptUntil: keptUntilMs === null ? null : new Date(keptUntilMs).toISOString(),
        countries: typeof countries === 'string' ? countries : shown(countries),
        items: [...rest.items],
        programs: [...rest.programs],
        authorization:
          reliance === null
            ? null
            : {
                id: reliance.authorizationId,
                number: reliance.number,
                version: reliance.version,
                citation: reliance.citation,
              },
      })),
      usPersonYears,
      next: next === null ? null : await gate.cursors.seal(list, [String(next)]),
      ledgerSize,
    }
  },

  async exportReleases(gate: Gate, call: Call) {
    const { format, ...asked } = exportReleasesQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, lookedAt(asked))
    const look = lookOf(gate, call, asked.purpose)
    return { stream: Readable.from(await exportReleases(gate.releases, permit, questionOf(asked), { format, look })) }
  },
}

type Asked = Omit<z.output<typeof exportReleasesQuery>, 'format'>

function questionOf({
  authorizationId,
  personId,
  fileId,
  placeCountry,
  nationality,
  from,
  to,
}: Asked): ReleaseQuestion {
  return {
    authorizationId: idOf<'authorization'>(authorizationId),
    personId: idOf<'person'>(personId),
    fileId: idOf<'file'>(fileId),
    placeCountry: placeCountry ?? null,
    nationality: nationality ?? null,
    fromMs: from === undefined ? null : Date.parse(from),
    toMs: to === undefined ? null : Date.parse(to),
  }
}

const idOf = <K extends string>(id: string | undefined) => (id?.toLowerCase() ?? null) as Id<K> | null

/** What was asked for stands in the entry of the decision. */
function lookedAt({ authorizationId, personId, fileId, from, to }: Asked): Looked {
  if (fileId !== undefined) return { kind: 'file', id: fileId }
  if (authorizationId !== undefined) return { kind: 'authorization', id: authorizationId }
  if (personId !== undefined) return { kind: 'person', id: personId }
  return { kind: 'period', id: `${from ?? ''}/${to ?? ''}` }
}

/** Each person whose countries are opened is decided on; the look is durable before a country leaves. */
function lookOf(gate: Gate, call: Call, purpose: string | undefined): LookAtCountries | null {
  if (purpose === undefined) return null
  return async (id, kept) => {
    const { permit } = await permitted(gate, call, 'person.look', { kind: 'person', id })
    const { opened, entries } = await lookAtRecordedTies(gate.roster, permit, { id, purpose, kept })
    await receiptOf(gate, entries)
    return opened
  }
}

function shown({ citizenships, formerCitizenships, permanentResidencies }: Countries) {
  return {
    citizenships: [...citizenships],
    formerCitizenships: [...formerCitizenships],
    permanentResidencies: [...permanentResidencies],
  }
}
type Countries = Readonly<Record<'citizenships' | 'formerCitizenships' | 'permanentResidencies', readonly string[]>>
