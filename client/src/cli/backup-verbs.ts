// sallyport backup list: what the ledger says of backups. Making, verifying, restoring and trying one is done at the gate's host.

import type { BackupsView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addBackupVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'backup', 'Which backups there are. Making one is done at the host of the gate')
  addVerb(noun, desk, {
    usage: 'list',
    summary: 'List backups: when, where, how much, read again or tried by a drill; and what is due',
    example: 'sallyport backup list',
    run: list,
  })
}

const dueTexts = {
  'first-backup': 'no backup was made yet',
  backup: 'the newest backup is older than it may be',
  keys: 'keys were exchanged or destroyed after the newest backup',
  verify: 'the newest backup was not read again',
  'first-drill': 'no backup was tried by a drill yet',
  drill: 'the last drill is too long ago',
} as const satisfies Record<BackupsView['due'][number], string>

async function list(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'backups', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read which backups there are')
  const { backups, due } = answer.value
  context.print.result(answer.value, (out) => {
    const rows = backups.map(({ madeAt, path, bytes, ledgerSize, objects, verifiedAt, drill, digest }) => [
      madeAt.slice(0, 16),
      path ?? '',
      String(bytes),
      String(ledgerSize),
      `${objects.included} of ${objects.stored}`,
      verifiedAt?.slice(0, 10) ?? 'never',
      drill?.at.slice(0, 10) ?? 'never',
      digest.slice(0, 12),
    ])
    out.table(['made', 'where', 'bytes', 'entries', 'files', 'verified', 'drill', 'digest'], rows)
    for (const what of due) out.line(`Due: ${dueTexts[what]}.`)
  })
  return 0
}
