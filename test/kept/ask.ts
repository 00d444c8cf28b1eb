// What kept data has to answer, in this version as in the one that kept it: every table by a digest, and the questions that an
// officer asks. The answers are written down when a version is kept; later versions may say more, but nothing else.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWriteStream } from 'node:fs'
import { download, requestShare, type Connection } from '../../client/src/index.ts'
import { openFile } from '../../client/src/tdf/index.ts'
import type { Database } from '../../server/src/base/index.ts'
import { disagreement, readDecision } from '../../server/src/policy/index.ts'
import { answered, type KeptGate } from './gate.ts'

/** What was written when a version was kept. */
export interface Figures {
  readonly version: string
  readonly keptAt: string
  /** Address that stands in the files. */
  readonly url: string
  /** The ledger's last checkpoint, kept outside. */
  readonly checkpoint: string
  readonly tables: Readonly<Record<string, TableFigures>>
  /** Moments between what happened, in order. */
  readonly moments: readonly string[]
  /** Whom and what the questions are about. */
  readonly about: {
    readonly foreigner: string
    readonly engineer: string
    readonly canary: string
    readonly decisions: readonly string[]
  }
  readonly answers: Answers
}

export interface TableFigures {
  readonly columns: readonly string[]
  readonly rows: number
  /** SHA-256 over the rows as text, each with the kept columns in their order, sorted. */
  readonly digest: string
}

export interface Answers {
  readonly rosters: readonly unknown[]
  readonly histories: Readonly<Record<string, unknown>>
  readonly compared: unknown
  readonly settings: unknown
  readonly approvals: unknown
  readonly labels: unknown
  readonly vaults: unknown
  readonly authorizations: unknown
  readonly files: unknown
  readonly whatTheEngineerCan: unknown
  readonly explanations: readonly unknown[]
  readonly decisionsReplayed: number
  readonly ties: unknown
  readonly canary: string
}

/** Tables in which nothing stays: entries between two beats of the sequencer, uploads under way, what calls with a key did in the last day. */
export const passing: readonly string[] = ['ledger_pending', 'object_upload', 'ledger_act']

/** Digest the rows of a table, as far as these columns go. What the restore itself adds to a table is left out. */
export async function tableFigures(
  database: Database,
  name: string,
  columns: readonly string[],
  keptAt: string,
): Promise<TableFigures> {
  const without: Readonly<Record<string, string>> = {
    // The restore's own entry, and migrations that came later.
    ledger_pending: "WHERE kind <> 'backup.restored'",
    schema_migration: `WHERE applied_at <= '${keptAt}'`,
  }
  const listed = columns.map((one) => `"${one}"`).join(', ')
  const row = await database.transaction(async (tx) => {
    await tx.query("SET LOCAL TimeZone = 'UTC'")
    const [only] = await tx.query(
      `SELECT count(*)::integer AS rows,
              encode(sha256(convert_to(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), ''), 'UTF8')), 'hex') AS digest
       FROM (SELECT ${listed} FROM "${name}" ${without[name] ?? ''}) t`,
    )
    return only
  })
  return { columns, rows: Number(row?.['rows']), digest: String(row?.['digest']) }
}

/** Ask everything, as an officer and as the engineer. */
export async function askEverything(
  gate: KeptGate,
  { moments, about, url }: Pick<Figures, 'moments' | 'about' | 'url'>,
): Promise<Answers> {
  const officer = await gate.as('grace')
  const engineer = await gate.as('ada')
  const decisionsReplayed = await replayDecisions(gate)
  const rosters: unknown[] = []
  for (const asOf of moments) rosters.push(pageOf(await answered(officer, 'people', { query: { asOf } })))
  const histories: Record<string, unknown> = {}
  const { people } = await answered(officer, 'people', {})
  for (const { id } of people) histories[id] = await answered(officer, 'personHistory', { params: { personId: id } })
  const explanations: unknown[] = []
  for (const decisionId of about.decisions) {
    explanations.push(await answered(officer, 'decision', { params: { decisionId } }))
  }
  const [from = '', to = ''] = [moments[0], moments.at(-1)]
  const answers = {
    rosters,
    histories,
    compared: pageOf(await answered(officer, 'compareRoster', { query: { from, to } })),
    settings: await answered(officer, 'settings', {}),
    approvals: untitled(await answered(officer, 'approvals', { query: { all: 'true' } })),
    labels: await answered(officer, 'labels', {}),
    vaults: await answered(engineer, 'vaults', {}),
    authorizations: await answered(officer, 'authorizations', {}),
    files: pageOf(await answered(engineer, 'files', {})),
    whatTheEngineerCan: (await answered(officer, 'whatCan', { body: { personId: about.engineer } })).files,
    explanations,
    decisionsReplayed,
    canary: await openKeptFile(engineer, about.canary, url),
    // Last: looking is on record.
    ties: (
      await answered(officer, 'lookAtTies', { params: { personId: about.foreigner }, body: { purpose: 'kept data' } })
    ).ties,
  }
  return JSON.parse(JSON.stringify(answers)) as Answers
}

/** A page that is the whole list, without the word that it is: version 0.1.0 did not say it. */
function pageOf<T extends { readonly next: string | null }>({ next, ...page }: T): Omit<T, 'next'> {
  if (next !== null) throw new Error('the kept data has more than a page')
  return page
}

/** Requests without what they are called: that is said in the words of whichever version tells of them. */
function untitled<T extends { readonly approvals: readonly { readonly title: string }[] }>(page: T) {
  const approvals = page.approvals.map((one) => {
    const { title: _, ...request } = one
    return request
  })
  return { ...page, approvals }
}

/** Open a file as its client does, at a gate that stands in for the one that it was protected at. */
export async function openKeptFile(connection: Connection, fileId: string, url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-kept-file-'))
  try {
    const [source, target] = [join(folder, 'sealed.tdf'), join(folder, 'content')]
    const fetched = await download(connection, 'fetchFile', { params: { fileId }, sink: createWriteStream(source) })
    if (fetched.outcome === 'refused') return `refused: ${fetched.reasons.map(({ code }) => code).join()}`
    const standIn: Connection = { ...connection, origin: new URL(url).origin }
    await openFile({
      source,
      target,
      async release(request) {
        const answer = await requestShare(standIn, request, true)
        if (answer.outcome === 'released') return answer.share
        throw new Error(`refused: ${JSON.stringify(answer)}`)
      },
    })
    return await readFile(target, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Decide every recorded decision again by the policy set that it names; each must fall the same way. */
async function replayDecisions({ enclave: { ledger, search } }: KeptGate): Promise<number> {
  await ledger.sequenceOnce()
  const { size } = await ledger.head()
  let replayed = 0
  for await (const entry of ledger.readEntries(0, size)) {
    if (entry.kind !== 'decision.permit' && entry.kind !== 'decision.deny') continue
    const recorded = readDecision(entry)
    const set = await search.policySet(recorded.body.policy.digest)
    const differs = set === null ? 'no policy set' : disagreement(recorded, set)
    if (differs !== null) throw new Error(`entry ${entry.id} is decided otherwise: ${JSON.stringify(differs)}`)
    replayed++
  }
  return replayed
}
