// What people ask of a gate, timed, for the benchmark of what grows.

import type { RunningGate } from '../test/running-gate.ts'
import { nameAt, type Filled } from './fill-enclave.ts'
import { quantile, seconds } from './row.ts'

/** One figure: less is better for times and memory, more for speeds. */
export interface Figure {
  readonly value: number
  readonly unit: 'ms' | '1/s' | 'MiB' | 's'
  /** What reads everything on purpose, so that it may grow with the size. */
  readonly isOfAll?: true
}
export type Figures = Readonly<Record<string, Figure>>

/** What people ask of a gate, over HTTPS. */
export async function requestFigures({ client }: RunningGate, { people, files }: Filled): Promise<Figures> {
  const [grace, paula, ada] = await Promise.all(['grace', 'paula', 'ada'].map((one) => client.token(one)))
  const call = async (token: string | undefined, method: string, path: string, body?: unknown): Promise<string> => {
    const isTable = body instanceof Uint8Array
    const type = { 'content-type': isTable ? 'application/octet-stream' : 'application/json' }
    const sent = body === undefined ? {} : { headers: type, body: isTable ? body : JSON.stringify(body) }
    const { status, text } = await client.call(method, `/api/v1${path}`, { token, ...sent })
    if (status !== 200) throw new Error(`cannot measure ${path}: the gate answered ${status} ${text}, want 200`)
    return text
  }
  const person = (n: number): string => people[(n * 7919) % people.length] ?? ''
  const file = (n: number): string => files[(n * 7919) % files.length] ?? ''
  const now = new Date().toISOString()
  const { next } = JSON.parse(await call(grace, 'GET', '/people')) as { next: string | null }
  const second = next === null ? '/people' : `/people?after=${next}`
  return {
    'status of a person on a date, p95': await p95(100, (n) => call(grace, 'GET', `/people/${person(n)}?asOf=${now}`)),
    'history of a person, p95': await p95(50, (n) => call(grace, 'GET', `/people/${person(n)}/history`)),
    'a page of the roster, p95': await p95(20, () => call(grace, 'GET', second)),
    'somebody by their name, p95': await p95(50, (n) => call(grace, 'GET', nameOf(n * 7919, people.length))),
    'people of a name that one in 13 has, a page, p95': await p95(10, () => call(grace, 'GET', '/people?name=farah')),
    'a page of the roster on a date, p95': await p95(20, () => call(grace, 'GET', `/people?asOf=${now}`)),
    'a page of files, p95': await p95(20, () => call(ada, 'GET', '/files')),
    'a file by its name, p95': await p95(50, (n) =>
      call(ada, 'GET', `/files?name=part-${(n * 7919) % files.length}.step`),
    ),
    'vaults, p95': await p95(20, () => call(ada, 'GET', '/vaults')),
    'copies of a file, p95': await p95(50, (n) => call(paula, 'GET', `/files/${file(n)}/copies`)),
    'approvals, p95': await p95(50, () => call(grace, 'GET', '/approvals?all=true')),
    'authorizations, p95': await p95(20, () => call(grace, 'GET', '/authorizations')),
    'notices, p95': await p95(20, () => call(grace, 'GET', '/notices')),
    'tasks, p95': await p95(20, () => call(grace, 'GET', '/tasks')),
    'keys and how many files lean on them, p95': await p95(5, () => call(grace, 'GET', '/keys')),
    'who can open a file, a page, p95': await p95(10, (n) =>
      call(paula, 'POST', '/decisions/who-can', { fileId: file(n) }),
    ),
    'what somebody can open, a page, p95': await p95(10, (n) =>
      call(paula, 'POST', '/decisions/what-can', { personId: person(n) }),
    ),
    'adding a person, p95': await p95(10, (n) =>
      call(grace, 'POST', '/people', { name: `New ${n}`, kind: 'employee' }),
    ),
    ...(await importFigures((path, table) => call(grace, 'POST', path, table))),
  }
}

/** Ten thousand rows, half of them of people who are on the roster: compared, and that applied. */
async function importFigures(send: (path: string, table: Uint8Array) => Promise<string>): Promise<Figures> {
  const rows = Array.from({ length: 10_000 }, (_, n) =>
    n % 2 === 0 ? `B-${n / 2},${nameAt(n / 2)}` : `I-${n},Imported ${n}`,
  )
  const table = Buffer.from(['external id,name', ...rows].join('\n'))
  let compared = ''
  const comparing = await seconds(async () => (compared = await send('/people/import', table)))
  const { digest, counts } = JSON.parse(compared) as { digest: string; counts: { added: number; unchanged: number } }
  const applying = await seconds(() => send(`/people/import?apply=${digest}&reason=benchmark`, table))
  if (counts.added < 5000 || counts.added + counts.unchanged !== 10_000)
    throw new Error(`cannot measure: ${compared.slice(0, 500)}`)
  return {
    'an import of 10,000 people, compared': { value: comparing, unit: 's' },
    'an import of 10,000 people, applied': { value: applying, unit: 's' },
  }
}

function nameOf(n: number, among: number): string {
  return `/people?name=${encodeURIComponent(nameAt(n % among))}`
}

export async function p95(count: number, ask: (n: number) => Promise<unknown>): Promise<Figure> {
  const took: number[] = []
  for (let n = -3; n < count; n++) {
    const begun = performance.now()
    await ask(Math.abs(n))
    if (n >= 0) took.push(performance.now() - begun)
  }
  return { value: quantile(took, 0.95), unit: 'ms' }
}
