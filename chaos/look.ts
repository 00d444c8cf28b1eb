// Looking at an enclave after a fault: the tree is read on from where it was, everything that was acknowledged is looked for in it and at
// the API, and what lies in the folders is counted.

import { spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { request } from 'node:https'
import * as api from '@sallyport/protocol/api'
import * as z from 'zod'
import { root } from '../bench/program.ts'
import type { Reply } from '../test/gate.ts'
import { sha256Of } from './acts.ts'
import type { Journal, Thing } from './journal.ts'
import { extentOf, judge, type Judged } from './judge.ts'
import { recordedTree, type Pinned, type RecordedTree } from './recorded-tree.ts'
import { startAgain, waitFor, type Site } from './site.ts'

/** A receipt's entry is in the tree by then: the gate's own alarm rings after ten seconds. */
const inTreeMs = 15_000

export interface Look {
  readonly pinned: Pinned
  readonly tree: RecordedTree
  judged: Judged
}

export async function firstLook(site: Site): Promise<Look> {
  const reply = await site.client.call('GET', '/api/v1/enclave')
  const pinned = api.enclave.parse(reply.value).ledger
  return {
    pinned,
    tree: recordedTree(pinned),
    judged: { acknowledged: 0, keys: 0, endings: 0, checkpoints: 0, strange: 0 },
  }
}

/** Look at all that has come since the last look. Yields what is wrong, in words. */
export async function lookAgain(site: Site, journal: Journal, look: Look): Promise<readonly string[]> {
  const until = extentOf(journal)
  const outside = await readFile(join(site.data, 'checkpoint'), 'utf8')
  const faults: string[] = []
  // What was acknowledged is in the tree within seconds; what is not by then is judged as it stands.
  const isThere = async (): Promise<boolean> => {
    await readOn(site, look.tree)
    const { entries } = look.tree
    const receipts = journal.acknowledged.slice(look.judged.acknowledged, until.acknowledged)
    const keys = journal.keys.slice(look.judged.keys, until.keys)
    return (
      receipts.every(({ receipt }) => entries.has(receipt.entryId)) &&
      keys.every(({ decision }) => decision === null || entries.has(decision))
    )
  }
  if ((await waitFor(isThere, inTreeMs, 100)) === null)
    faults.push(`not everything is in the tree after ${inTreeMs} ms`)
  faults.push(...(await judge(journal, look.tree, look.judged, until)))
  const fault = await look.tree.faultOf(outside)
  if (fault !== null) faults.push(`I7: the checkpoint file holds ${fault}`)
  look.judged = until
  return faults
}

const row = z.object({ index: z.coerce.number(), bytes: z.instanceof(Uint8Array) })

async function readOn(site: Site, tree: RecordedTree): Promise<void> {
  const text = 'SELECT index, bytes FROM ledger_entries WHERE index >= $1 ORDER BY index'
  for (const { index, bytes } of z.array(row).parse(await site.query(text, [tree.size()]))) {
    if (index !== tree.size()) throw new Error(`entry ${tree.size()} is missing`)
    tree.add(new Uint8Array(bytes))
  }
}

/** Hold the gate's own answers about things against the journal. A thing may move meanwhile. */
export async function compareThings(site: Site, things: readonly Thing[]): Promise<readonly string[]> {
  const faults: string[] = []
  for (const thing of things) {
    const { settled } = thing
    thing.isTouched = false
    const found = await findThing(site, thing)
    const may = thing.states.slice(settled)
    if (!may.includes(found.state)) faults.push(`${thing.kind} ${thing.id} is ${found.state}, want ${may.join(' or ')}`)
    if (found.state !== 'stored') continue
    if (found.sha256 !== thing.sha256)
      faults.push(`file ${thing.id} is recorded with another hash than it was sent with`)
    const reply = await patiently(site, 'ada', `/files/${thing.id}/content`)
    // It may have been deleted since.
    if (thing.states.at(-1) === 'deleted') continue
    if (reply.status !== 200 || sha256Of(reply.body) !== thing.sha256)
      faults.push(`file ${thing.id} was stored and its bytes are not there: ${reply.status}`)
  }
  return faults
}

async function findThing(
  site: Site,
  { kind, id }: Thing,
): Promise<{ readonly state: string; readonly sha256?: string | null }> {
  const reply = await (kind === 'person'
    ? patiently(site, 'grace', `/people/${id}`)
    : patiently(site, 'ada', `/files/${id}`))
  if (reply.status !== 200) return { state: `gone (${reply.status} ${reply.text})` }
  return kind === 'person' ? { state: stateOfPerson(api.person.parse(reply.value)) } : api.file.parse(reply.value)
}

/** Ask, and once more each half second while the gate says that it is not available, as a client would. */
async function patiently(site: Site, person: string, path: string): Promise<Reply> {
  const asked = async (): Promise<Reply | null> => {
    const reply = await site.client.call('GET', `/api/v1${path}`, { token: await site.token(person) }).catch(() => null)
    return reply?.status === 503 ? null : reply
  }
  for (let tried = 1; tried < 60; tried++) {
    const reply = await asked()
    if (reply !== null) return reply
    await setTimeout(500)
  }
  throw new Error(`no answer to ${path}`)
}

function stateOfPerson({ status, roles, assignments }: z.output<typeof api.person>): string {
  return [status, ...roles, ...assignments.map(({ program }) => program)].join(' ')
}

/** What lies in the gate's folders that nothing refers to: uploads that were cut off, drafts of the checkpoint. */
async function leftovers(site: Site): Promise<readonly string[]> {
  const rows = await site.query('SELECT object_key FROM protected_file WHERE object_key IS NOT NULL')
  const used = new Set(rows.map((one) => String(one['object_key'])))
  const objects = await readdir(join(site.data, 'objects'))
  const drafts = (await readdir(site.data)).filter((name) => name.endsWith('.new'))
  return [...objects.filter((name) => !used.has(name)).map((name) => `objects/${name}`), ...drafts]
}

/** Have a day pass for what was cut off, start the gate again, and see what still lies there. For a gate that nobody works at. */
export async function leftAfterADay(
  site: Site,
): Promise<{ readonly atFirst: number; readonly left: readonly string[] }> {
  const atFirst = (await leftovers(site)).length
  await site.query(`UPDATE object_upload SET begun_at = begun_at - interval '25 hours'`)
  const before = (Date.now() - 25 * 3_600_000) / 1000
  for (const name of await readdir(site.data))
    if (name.endsWith('.new')) await utimes(join(site.data, name), before, before)
  await site.stop()
  await startAgain(site)
  await waitFor(async () => (await leftovers(site)).length === 0, inTreeMs, 100)
  return { atFirst, left: await leftovers(site) }
}

/** Export the whole ledger and verify it with the command line, against the first checkpoint that was kept as well. */
export async function verifyExported(site: Site, journal: Journal, { pinned, tree }: Look): Promise<readonly string[]> {
  const path = join(site.outside, `ledger-${tree.size()}.export`)
  const token = await site.token('paula')
  await new Promise<void>((resolve, reject) => {
    const asked = request(
      {
        host: 'localhost',
        port: site.port,
        path: '/api/v1/ledger/export',
        headers: { authorization: `Bearer ${token}` },
        // What it says is held against pinned keys; the connection need not be believed.
        rejectUnauthorized: false,
      },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`the export answered ${response.statusCode}`))
        else void pipeline(response, createWriteStream(path)).then(resolve, reject)
      },
    )
    asked.on('error', reject)
    asked.end()
  })
  const outside = join(site.outside, 'kept-checkpoint')
  const [first] = journal.checkpoints
  const keys = pinned.keys.flatMap((key) => ['--key', key])
  const kept: string[] = []
  if (first !== undefined) {
    await pipeline([first], createWriteStream(outside))
    kept.push('--outside', outside)
  }
  const args = [
    'scripts/sallyport.ts',
    'ledger',
    'verify',
    '--export',
    path,
    '--origin',
    pinned.origin,
    ...keys,
    ...kept,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? [] : [`ledger verify: ${stdout}${stderr}`]
}
