// sallyport key ...

import { Problem } from '@sallyport/protocol'
import type { FilesMoved, MovePlace } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { reasonOption } from './person-change.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addKeyVerbs(program: Command, desk: Desk): void {
  const key = addNoun(program, 'key', 'The keys of the enclave')
  addVerb(key, desk, {
    usage: 'list',
    summary: 'List which keys there are, what they are for, and how many files lean on them',
    example: 'sallyport key list',
    run: list,
  })
  addVerb<GeneralOptions & { reason: string }>(key, desk, {
    usage: 'rotate <door>',
    summary: 'Ask for a new key of a door: "file" seals the keys of files, "kas" is what clients wrap to',
    example: 'sallyport key rotate file --reason "yearly"',
    required: [reasonOption],
    run: rotate,
  })
  addVerb(key, desk, {
    usage: 'move',
    summary: 'Move every file to the current key, without touching its container',
    example: 'sallyport key move',
    run: move,
  })
  addVerb<GeneralOptions & { reason: string }>(key, desk, {
    usage: 'destroy <key>',
    summary: 'Ask for the end of an old key for files that none leans on any more',
    example: 'sallyport key destroy file-aes256-0a1b2c3d --reason "all files are moved"',
    required: [reasonOption],
    run: destroy,
  })
}

async function list(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'keys', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read which keys there are')
  const { keys, filesOfTheEnclave } = answer.value
  context.print.result(answer.value, (out) => {
    const rows = keys.map(({ door, state, kid, algorithm, madeAt, files }) => [
      door,
      state,
      kid,
      algorithm,
      madeAt.slice(0, 10),
      files === null ? '' : String(files),
    ])
    out.table(['for', 'state', 'key', 'algorithm', 'made', 'files'], rows)
    if (filesOfTheEnclave > 0)
      out.line(`${filesOfTheEnclave} more files are wrapped to a kas key, old or current.`, 'dim')
  })
  return 0
}

async function rotate(
  context: Context,
  [door = '']: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  if (door !== 'file' && door !== 'kas') {
    throw new Problem(
      'invalid-request',
      `cannot ask for a new key: ${door} has none that is exchanged, want file or kas`,
    )
  }
  const answer = await call(await context.connect(), 'rotateKey', { body: { door, reason } })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask for a new key')
  const { approvalId, kid, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Key ${kid} is made. It is used for nothing until an officer other than you approves.`, 'green')
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
    out.line('Take a backup right after it is approved: an older one does not hold it.', 'dim')
  })
  return 0
}

async function move(context: Context): Promise<Exit> {
  const connection = await context.connect()
  const moveBatch = (at: MovePlace | null) => call(connection, 'moveFiles', { body: { at } })
  const all = await context.print.progress(
    'Moving files',
    async (progress) => {
      const sum = { moved: 0, damaged: [] as string[], left: 0 }
      for (let at: MovePlace | null = null; ;) {
        const answer = await moveBatch(at)
        if (answer.outcome === 'refused') return answer
        const { kid, moved, damaged, next, left, receipt }: FilesMoved = answer.value
        if (receipt !== null) await keepReceipt(context, receipt)
        sum.moved += moved
        sum.damaged.push(...damaged)
        sum.left = left ?? sum.left - moved
        progress(sum.moved, sum.moved + sum.left)
        if (next === null) return { outcome: 'answered', value: { kid, ...sum } } as const
        at = next
      }
    },
    String,
  )
  if (all.outcome === 'refused') return context.refused(all, 'move files to the current key')
  const { kid, moved, damaged, left } = all.value
  context.print.result(all.value, (out) => {
    out.line(`${moved} files were moved to ${kid}; ${left} are under another key.`, left === 0 ? 'green' : 'yellow')
    for (const file of damaged) out.line(`The key of file ${file} does not open, and stays where it is.`, 'yellow')
  })
  return left === 0 ? 0 : 1
}

async function destroy(
  context: Context,
  [wanted = '']: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  const answer = await call(await context.connect(), 'destroyKey', { params: { kid: wanted }, body: { reason } })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask for the end of a key')
  const { approvalId, kid, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Asked for the end of key ${kid}. It is there until an officer other than you approves.`, 'green')
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
    out.line('Backups from before hold it still, with what leant on it then.', 'dim')
  })
  return 0
}
