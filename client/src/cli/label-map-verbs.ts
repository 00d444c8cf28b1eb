// sallyport label map ...: what labels of other systems mean here, and how labels are said there.

import { resolve } from 'node:path'
import { parseLabel, Problem } from '@sallyport/protocol'
import { outsideSystems, parseOutside, type FoundOutside, type OutsideSystem } from '@sallyport/protocol/markings'
import type { Command } from 'commander'
import { readDocument } from '../documents/index.ts'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { allLabels } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { namedLabels } from './label-verbs.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

const basisOption = ['--basis <text>', 'who decided what, and where that is kept'] as const
const labelsOption = ['--labels <labels>', 'labels with commas between, as `label list` names them'] as const

export function addLabelMapVerbs(label: Command, desk: Desk): void {
  const map = addNoun(label, 'map', 'What labels of other systems mean here: OpenTDF, Microsoft, Google Drive')
  addVerb(map, desk, {
    usage: 'list',
    summary: 'List which outside label means which labels',
    example: 'sallyport label map list',
    run: list,
  })
  addVerb<GeneralOptions & { labels: string; basis: string }>(map, desk, {
    usage: 'set <outside>',
    summary: 'Let an outside label mean labels: more at once, less (its first meaning too) once two others approve',
    example:
      'sallyport label map set microsoft:11111111-2222-4333-8444-555555555555/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee --labels jurisdiction/itar --basis "Purview label ITAR, IT ticket 311"',
    required: [labelsOption, basisOption],
    run: set,
  })
  addVerb<GeneralOptions & { basis: string }>(map, desk, {
    usage: 'remove <outside>',
    summary: 'Take the meaning of an outside label away, at once: it stops whoever reads it',
    example: 'sallyport label map remove google:aBcD1/f1/c2 --basis "label retired"',
    required: [basisOption],
    run: remove,
  })
  addVerb(map, desk, {
    usage: 'read <what...>',
    summary: 'Say what outside labels mean, named by their ids or found in Office documents on this machine',
    example: 'sallyport label map read drawing-notes.docx',
    run: read,
  })
  addVerb<GeneralOptions & { labels: string; scope: string }>(map, desk, {
    usage: 'write <system>',
    summary:
      'Say labels in opentdf, microsoft or google, so that they are read back the same, or say that it cannot be done',
    example:
      'sallyport label map write microsoft --scope 11111111-2222-4333-8444-555555555555 --labels jurisdiction/itar',
    required: [
      ['--scope <id>', 'whose labels: a namespace of OpenTDF, a Microsoft tenant, a label of Google Drive'],
      labelsOption,
    ],
    run: write,
  })
}

async function list(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'labelMappings', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read what outside labels mean')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.mappings.map((one) => [one.outside, one.labels.map(short).join(', '), one.basis])
    out.table(['outside label', 'means', 'basis'], rows)
  })
  return 0
}

async function set(
  context: Context,
  [outside = '']: readonly string[],
  options: { labels: string; basis: string },
): Promise<Exit> {
  const known = await allLabels(await context.connect())
  if (known.outcome === 'refused') return context.refused(known, 'read the labels')
  return await change(context, outside, namedLabels(known.value, options.labels), options.basis)
}

async function remove(
  context: Context,
  [outside = '']: readonly string[],
  { basis }: { basis: string },
): Promise<Exit> {
  return await change(context, outside, null, basis)
}

async function change(context: Context, outside: string, labels: string[] | null, basis: string): Promise<Exit> {
  const answer = await call(await context.connect(), 'mapLabel', { body: { outside, labels, basis } })
  if (answer.outcome === 'refused') return context.refused(answer, `map ${outside}`)
  const { approvalId, needed, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    const meaning = labels === null ? 'nothing that anybody could go on with' : labels.map(short).join(', ')
    if (approvalId === null) out.line(`${answer.value.outside} means ${meaning} from now on.`, 'green')
    else
      out.line(
        `Asked for it. ${answer.value.outside} stays as it is until ${needed} officers other than you approve.`,
        'green',
      )
    out.pairs([
      ['approval', approvalId ?? ''],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function read(context: Context, wanted: readonly string[]): Promise<Exit> {
  const sources = await Promise.all(wanted.map((one) => foundIn(context, one)))
  const answer = await call(await context.connect(), 'readMapped', { body: { found: sources.flat() } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what outside labels mean')
  context.print.result(answer.value, (out) => {
    if (answer.value.read.length === 0) out.line('There are no labels on it.')
    else
      out.table(
        ['outside label', 'state', 'means'],
        answer.value.read.map((one) => [one.outside, states[one.state], one.labels.map(short).join(', ')]),
      )
  })
  return 0
}

const states = {
  mapped: 'mapped',
  unknown: 'unknown: nobody said what it means',
  elsewhere: "another organization's",
  off: 'switched off or taken off',
} as const

async function foundIn(context: Context, wanted: string): Promise<FoundOutside[]> {
  if (parseOutside(wanted) !== null) return [{ outside: wanted, isOn: true }]
  const { found, fault } = await readDocument(resolve(context.environment.workingFolder, wanted))
  if (fault !== null) throw new Problem('invalid-file', fault)
  return [...found]
}

async function write(
  context: Context,
  [system = '']: readonly string[],
  { scope, labels }: { scope: string; labels: string },
): Promise<Exit> {
  const named = outsideSystems.find((one) => one === system)
  if (named === undefined) {
    throw new Problem('invalid-request', `cannot write labels for ${system}: want one of ${outsideSystems.join(', ')}`)
  }
  const connection = await context.connect()
  const known = await allLabels(connection)
  if (known.outcome === 'refused') return context.refused(known, 'read the labels')
  const body = { system: named, scope, labels: namedLabels(known.value, labels) }
  const answer = await call(connection, 'writeMapped', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'say the labels outside')
  const pairs = answer.value.outside.flatMap((one) => metadataOf(named, one, context.environment.clock.now()))
  context.print.result({ ...answer.value, metadata: Object.fromEntries(pairs) }, (out) => out.pairs(pairs))
  return 0
}

/** What a document carries for an outside label, key by key. */
function metadataOf(system: OutsideSystem, outside: string, nowMs: number): (readonly [string, string])[] {
  const [first = '', second = '', third = ''] = outside.slice(outside.indexOf(':') + 1).split('/')
  if (system === 'google')
    return [
      ['labelId', first],
      ['fieldId', second],
      ['choiceId', third],
    ]
  if (system === 'opentdf') return [['attribute', outside.slice('opentdf:'.length)]]
  const key = (attribute: string): string => `MSIP_Label_${second}_${attribute}`
  return [
    [key('Enabled'), 'true'],
    [key('SiteId'), first],
    [key('Method'), 'Privileged'],
    [key('SetDate'), new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z')],
    [key('ContentBits'), '0'],
  ]
}

/** A label of the enclave by its dimension and value. */
function short(fqn: string): string {
  const label = parseLabel(fqn)
  return label === null ? fqn : `${label.name}/${label.value}`
}
