// How long after an officer ends a person's status keys are refused at another server process, while keys are asked for at both
// all the time. Beside it, in turn, the least that two connections can do: one updates a row, the other reads it again and
// again until it sees the new value.

import { setTimeout } from 'node:timers/promises'
import type { Id } from '../protocol/src/index.ts'
import { newId, systemClock, systemRandomness } from '../server/src/base/index.ts'
import { freePort } from '../server/src/main/testing.ts'
import {
  gateClient,
  makeSite,
  openBeside,
  serveElsewhere,
  tokenFor,
  type FileToOpen,
  type GateClient,
  type Site,
} from '../test/gate.ts'
import { quantile, type BenchRow } from './row.ts'

const endings = 200
/** Clients that ask for keys as the person who is ended, at the process that did not end them. */
const asking = 4
/** Clients that ask for keys as somebody else at each process. */
const others = 4
const limitMs = 1000

/** Times in milliseconds. */
interface Ending {
  /** From sending the ending to the first refused request at the other process. */
  readonly sinceAskedMs: number
  /** From the acknowledgement; 0 where the other process refused before the officer had the answer. */
  readonly sinceAcknowledgedMs: number
  readonly referenceMs: number
}

/** Measure on a sample enclave of its own, about a minute. */
export async function benchEnding(): Promise<BenchRow[]> {
  const site = await makeSite()
  const port = await freePort(9760)
  const here = await serveElsewhere(site, { port, listenPort: port })
  const there = await serveElsewhere(site, { port, listenPort: await freePort(port + 1) })
  const [officer, elsewhere] = [await gateClient(here), await gateClient(there)]
  const stopping = new AbortController()
  try {
    const files = await Promise.all(Array.from({ length: 16 }, () => officer.fileToOpen()))
    const ada = await officer.token('ada')
    const load = [officer, elsewhere].flatMap((client) =>
      Array.from({ length: others }, () => askUntil(client, ada, files, stopping.signal)),
    )
    const people = await enrolPeople(site, `${here.url}/sample-idp`)
    const grace = await officer.token('grace')
    await site.database.query('CREATE TABLE bench_reference (id integer PRIMARY KEY, is_ended boolean NOT NULL)')
    const taken: Ending[] = []
    for (const [n, { id, subject }] of people.entries()) {
      const token = await tokenFor(site, here.url, subject)
      const end = () => endPerson(officer, grace, id)
      taken.push({ ...(await endUnderLoad(elsewhere, token, files, end)), referenceMs: await seeUpdate(site, n) })
    }
    stopping.abort()
    const keys = (await Promise.all(load)).reduce((sum, one) => sum + one, 0)
    return rowsOf(taken, keys)
  } finally {
    stopping.abort()
    for (const client of [officer, elsewhere]) client.close()
    for (const gate of [here, there]) await gate.kill()
    await site.stop()
  }
}

/** Ask for keys until told to stop. Yields how many came. */
async function askUntil(client: GateClient, token: string, files: readonly FileToOpen[], signal: AbortSignal) {
  let keys = 0
  for (let n = 0; !signal.aborted; n++) {
    const answer = await client.open(token, files[n % files.length] as FileToOpen)
    if (!('key' in answer)) throw new Error(`cannot measure: ${answer.refused}, want a key`)
    keys++
  }
  return keys
}

async function endPerson(client: GateClient, token: string, id: Id<'person'>): Promise<void> {
  const { status, text } = await client.call('POST', `/api/v1/people/${id}/end`, {
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'left', reason: 'benchmark' }),
  })
  if (status !== 200) throw new Error(`cannot measure: the gate answered ${status} ${text}, want an ending`)
}

async function endUnderLoad(
  elsewhere: GateClient,
  token: string,
  files: readonly FileToOpen[],
  end: () => Promise<void>,
): Promise<Omit<Ending, 'referenceMs'>> {
  const hasBegun = Promise.withResolvers<void>()
  const times = { askedAt: 0, acknowledgedAt: Infinity, refusedAt: Infinity }
  const ask = async (client: number): Promise<void> => {
    for (let n = client; ; n++) {
      const sentAt = performance.now()
      const answer = await elsewhere.open(token, files[n % files.length] as FileToOpen)
      if (!('key' in answer)) {
        times.refusedAt = Math.min(times.refusedAt, performance.now())
        return
      }
      if (sentAt > times.acknowledgedAt)
        throw new Error('cannot measure: a key came after the acknowledged ending (I3)')
      hasBegun.resolve()
    }
  }
  const clients = Array.from({ length: asking }, (_, client) => ask(client))
  await Promise.race([hasBegun.promise, Promise.all(clients)])
  times.askedAt = performance.now()
  await end()
  times.acknowledgedAt = performance.now()
  await Promise.all(clients)
  const { askedAt, acknowledgedAt, refusedAt } = times
  if (refusedAt < askedAt) throw new Error('cannot measure: a key was refused before the ending, want keys until then')
  return { sinceAskedMs: refusedAt - askedAt, sinceAcknowledgedMs: Math.max(0, refusedAt - acknowledgedAt) }
}

/** An UPDATE on one connection until as many other readers as there are clients see it. */
async function seeUpdate({ database }: Site, n: number): Promise<number> {
  await database.query('INSERT INTO bench_reference VALUES ($1, false)', [n])
  const read = async (): Promise<number> => {
    for (;;) {
      const [row] = await database.query('SELECT is_ended FROM bench_reference WHERE id = $1', [n])
      if (row?.['is_ended'] === true) return performance.now()
    }
  }
  const readers = Array.from({ length: asking }, read)
  await setTimeout(5)
  const begun = performance.now()
  await database.query('UPDATE bench_reference SET is_ended = true WHERE id = $1', [n])
  return Math.min(...(await Promise.all(readers))) - begun
}

async function enrolPeople(site: Site, issuer: string) {
  const { enclave } = await openBeside(site)
  const people = Array.from({ length: endings }, (_, n) => {
    const id = newId<'person'>(systemClock, systemRandomness)
    return { id, subject: `leaver-${n}`, key: enclave.roster.fields.makePersonKey(id) }
  })
  await site.database.transaction(async (tx) => {
    for (const { id, subject, key } of people) {
      await tx.query(
        `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, basis, verified_at,
                             evidence_ref, person_key)
         VALUES ($1, $2, $2, '', true, true, '{engineer}', 'us-person', 'citizen', now(), 'benchmark', $3)`,
        [id, subject, key],
      )
      await tx.query(`INSERT INTO person_assignment VALUES ($1, 'falcon', 'co-development')`, [id])
      await tx.query('INSERT INTO identity_binding (issuer, subject, person_id) VALUES ($1, $2, $3)', [
        issuer,
        subject,
        id,
      ])
    }
  })
  return people
}

function rowsOf(taken: readonly Ending[], keys: number): BenchRow[] {
  const told = (of: (one: Ending) => number): string => {
    const values = taken.map(of)
    return `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`
  }
  const beside = `UPDATE seen by another connection: ${told((one) => one.referenceMs)}`
  const row = (what: string, of: (one: Ending) => number, note: string): BenchRow => {
    const p99 = quantile(taken.map(of), 0.99)
    const compared = { value: p99, unit: 'ms', reference: `${limitMs} ms`, ratio: p99 / limitMs, target: 1 }
    return { what, ...compared, isCeiling: true, note: `${told(of)}; ${note}` }
  }
  return [
    row(
      'ending acknowledged at one process, until refused at another, p99',
      (one) => one.sinceAcknowledgedMs,
      `${taken.length} endings among ${keys} keys of others; ${beside}`,
    ),
    row('ending sent to one process, until refused at another, p99', (one) => one.sinceAskedMs, beside),
  ]
}

if (import.meta.main) console.table(await benchEnding())
