// sallyport file ...

import { basename } from 'node:path'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { inspectFile, type FileFacts } from '../tdf/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { deleteFile, showCopies } from './file-deletion.ts'
import { fetchSealed } from './file-fetch.ts'
import { reclassify, showHistory, type ReclassifyOptions } from './file-labels.ts'
import { openSealedFile } from './file-open.ts'
import { protectFiles, type ProtectOptions } from './file-protect.ts'
import { provisos, type ProvisosOptions } from './file-provisos.ts'
import { showFile } from './file-show.ts'
import { listShared, share, showShares, unshare } from './file-share.ts'
import { verifySealed } from './file-verify.ts'
import { endRescue, rescue, type RescueOptions } from './file-rescue.ts'
import { allVaults, findVault } from './find.ts'
import { reasonOption, type ReasonOptions } from './person-change.ts'
import { bytes, minute } from './printer.ts'
import { obtainSealed } from './sealed-source.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type ListOptions = GeneralOptions & PageOptions & { readonly vault?: string; readonly shared?: true }

export function addFileVerbs(program: Command, desk: Desk): void {
  const file = addNoun(program, 'file', 'Protected files')
  addVerb<GeneralOptions & ProtectOptions>(file, desk, {
    usage: 'protect <paths...>',
    summary: 'Seal files and whole folders on this machine and store them in a vault',
    example: 'sallyport file protect drawings/ bracket.stp --vault falcon',
    required: [['--vault <vault>', 'the vault, by name or id']],
    options: [
      ['--also <profile>', 'split the key with the gate of that profile: both have to release their share'],
      [
        '--less-than-document <reason>',
        'seal Office documents under the labels of the vault alone, whatever theirs mean; on record',
      ],
      ['--restart', 'begin large files anew that an earlier command was cut off in, instead of going on with them'],
    ],
    run: protectFiles,
  })
  addVerb<ListOptions>(file, desk, {
    usage: 'list',
    summary: 'List the protected files that you may see',
    example: 'sallyport file list --vault falcon',
    options: [
      ['--vault <vault>', 'only the files of one vault, by name or id'],
      ['--shared', 'only what others shared with you, of what you could open now'],
      afterOption,
    ],
    run: list,
  })
  addVerb(file, desk, {
    usage: 'show <file>',
    summary: 'Show what is on record of a file, and whether its deletion waits for approval',
    example: 'sallyport file show bracket.stp',
    run: showFile,
  })
  addVerb<GeneralOptions & { out?: string; force?: true; acknowledge?: true; also?: string }>(file, desk, {
    usage: 'open <file>',
    summary: 'Open a protected file, by id, by name, or one that lies on this machine',
    example: 'sallyport file open bracket.stp -o work/',
    options: [
      ['-o, --out <path>', 'where to write the content: a file, or a folder (one that is there, or ends in /)'],
      ['--force', 'replace a file that is there already'],
      ['--acknowledge', 'acknowledge beforehand whatever condition the release carries'],
      ['--also <profile>', 'which profile asks the other gate of a split file, where several are of it'],
    ],
    run: openSealedFile,
  })
  addVerb<GeneralOptions & { out?: string; force?: true }>(file, desk, {
    usage: 'fetch <file>',
    summary: 'Fetch a protected file as it is, sealed, to send it on or to keep it elsewhere',
    example: 'sallyport file fetch bracket.stp -o outbox/',
    options: [
      ['-o, --out <path>', 'where to write the sealed file: a file, or a folder (one that is there, or ends in /)'],
      ['--force', 'replace a file that is there already'],
    ],
    run: fetchSealed,
  })
  addVerb(file, desk, {
    usage: 'inspect <file>',
    summary: 'Show what a sealed file says of itself, without opening it',
    example: 'sallyport file inspect bracket.stp.tdf',
    run: inspect,
  })
  addVerb<GeneralOptions & { offline?: true }>(file, desk, {
    usage: 'verify <file>',
    summary: 'Verify, without opening it, that a sealed file is whole and the one that the gate stored',
    example: 'sallyport file verify bracket.stp.tdf',
    options: [['--offline', 'ask no gate: only whether the file is whole in itself']],
    run: verifySealed,
  })
  addVerb<ProvisosOptions>(file, desk, {
    usage: 'provisos <file>',
    summary: 'Show what the authorization that covers you asks you to acknowledge, and acknowledge it',
    example: 'sallyport file provisos bracket.stp --acknowledge',
    options: [
      ['--acknowledge', 'acknowledge what is shown, on record'],
      ['--yes', 'do not ask'],
    ],
    run: provisos,
  })
  addVerb<GeneralOptions & { with: string }>(file, desk, {
    usage: 'share <file>',
    summary: 'Make a file known to somebody, or to everybody of a program; it gives them nothing',
    example: 'sallyport file share bracket.stp --with "Lin Zhao"',
    required: [['--with <who>', 'a whole name or mail address, or program/falcon']],
    run: share,
  })
  addVerb(file, desk, {
    usage: 'shared <file>',
    summary: 'Show with whom you shared a file (with whom anybody did, for officers and auditors)',
    example: 'sallyport file shared bracket.stp',
    run: showShares,
  })
  addVerb<GeneralOptions & { from: string }>(file, desk, {
    usage: 'unshare <file>',
    summary: 'Take back that a file was shared, at once: what you shared, or anything as an officer',
    example: 'sallyport file unshare bracket.stp --from "Lin Zhao"',
    required: [['--from <who>', 'as `file shared` names them, or the id of the share']],
    run: unshare,
  })
  addVerb<ReasonOptions & ReclassifyOptions>(file, desk, {
    usage: 'reclassify <file>',
    summary: 'Add labels to a file, at once and for every copy of it; taking one off again takes another officer',
    example:
      'sallyport file reclassify bracket.stp --add dissem/noforn --designated-by "PMA-299, letter of 4 May 2026" --reason "marking instruction"',
    required: [reasonOption],
    options: [
      ['--add <labels>', 'labels with commas between, as `label list` names them'],
      ['--take-off <labels>', 'of those that were added before; another officer approves the whole change'],
      [
        '--designated-by <text>',
        'on whose word, for a dissemination control: it is the designating agency that sets it or takes it off',
      ],
    ],
    run: reclassify,
  })
  addVerb<ReasonOptions & RescueOptions>(file, desk, {
    usage: 'rescue <file>',
    summary: "Ask for other labels in place of a manifest's that are wrong or unknown; another officer approves",
    example:
      'sallyport file rescue handed-over.tdf --labels jurisdiction/itar,program/falcon,item/iv-h-1 --reason "CJ 0123-26"',
    required: [['--labels <labels>', 'labels with commas between, as `label list` names them'], reasonOption],
    run: rescue,
  })
  addVerb<ReasonOptions>(file, desk, {
    usage: 'end-rescue <file>',
    summary: 'Let the labels that a file was sealed under hold again, at once',
    example: 'sallyport file end-rescue handed-over.tdf --reason "classified anew"',
    required: [reasonOption],
    run: endRescue,
  })
  addVerb(file, desk, {
    usage: 'history <file>',
    summary: 'Show what a file was labelled, from one change to the next, and who decided it',
    example: 'sallyport file history bracket.stp',
    run: showHistory,
  })
  addVerb(file, desk, {
    usage: 'copies <file>',
    summary: 'Show who received a file, and which backups hold it (by id for a deleted one)',
    example: 'sallyport file copies bracket.stp',
    run: showCopies,
  })
  addVerb<ReasonOptions>(file, desk, {
    usage: 'delete <file>',
    summary: 'Ask for the deletion of a file for good; an officer who did not ask approves it',
    example: 'sallyport file delete bracket.stp --reason "contract FA8650 closed, destroy by 2026-12-01"',
    required: [reasonOption],
    run: deleteFile,
  })
}

async function list(context: Context, _: readonly string[], options: ListOptions): Promise<Exit> {
  if (options.shared === true) return await listShared(context, options)
  const connection = await context.connect()
  const seen = await allVaults(connection)
  if (seen.outcome === 'refused') return context.refused(seen, 'list vaults')
  const query: Record<string, string> = { ...placeIn(options) }
  if (options.vault !== undefined) {
    const vault = await findVault(connection, options.vault)
    if (vault.outcome === 'refused') return context.refused(vault, 'list vaults')
    query['vaultId'] = vault.value.id
  }
  const answer = await call(connection, 'files', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'list files')
  const vaultNames = new Map(seen.value.map(({ id, name }) => [id, name]))
  context.print.result(answer.value, (out) => {
    const rows = answer.value.files.map((one) => [
      one.name,
      vaultNames.get(one.vaultId) ?? one.vaultId,
      one.sealedBytes === null ? one.state : bytes(one.sealedBytes),
      [...one.labels, ...one.addedLabels].map(({ title }) => title).join(', '),
      minute(one.protectedAt),
      one.id,
    ])
    out.table(['file', 'vault', 'sealed', 'labels', 'protected', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function inspect(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const source = await obtainSealed(context, wanted)
  if (source.outcome === 'refused') return context.refused(source, `fetch ${wanted}`)
  const facts = await inspectFile(source.value.path)
  const name = source.value.file?.name ?? basename(source.value.path)
  context.print.result({ name, facts }, (out) => out.pairs(factPairs(name, facts)))
  return 0
}

function factPairs(name: string, facts: FileFacts): (readonly [string, string])[] {
  const { policy, weakestWrapBits, splits } = facts
  return [
    ['file', name],
    ['format', `OpenTDF ${facts.version}, ${facts.contentAlgorithm}, ${facts.segments} segments`],
    ['content', `${bytes(facts.contentBytes)}${facts.mimeType === null ? '' : `, ${facts.mimeType}`}`],
    ['sealed', bytes(facts.fileBytes)],
    ['policy', policy.uuid],
    ['labels', policy.labels.map(({ fqn }) => fqn).join(', ')],
    ...splits.map((alternatives, index) => {
      const places = alternatives.map(
        ({ origin, kid }) => `${origin ?? 'no gate'}${kid === null ? '' : ` (key ${kid})`}`,
      )
      return [`key ${index + 1} of ${splits.length}`, places.join(' or ')] as const
    }),
    ['opens', splits.length > 1 ? 'only with the shares of all of these gates together' : ''],
    ['weakest wrap', weakestWrapBits === null ? 'unknown' : `${weakestWrapBits} bits`],
    ['note', "these are the file's own words; only opening it proves them"],
  ]
}
