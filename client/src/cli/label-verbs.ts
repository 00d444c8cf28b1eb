// sallyport label ..., and vault create, which is made of labels.

import { Problem } from '@sallyport/protocol'
import type { LabelView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { allLabels } from './find.ts'
import { addLabelMapVerbs } from './label-map-verbs.ts'
import { addLabelMarkingVerbs } from './label-marking-verbs.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface DefineOptions extends GeneralOptions {
  readonly title: string
  readonly basis?: string
  readonly record?: string
}

interface CreateOptions extends GeneralOptions {
  readonly labels: string
  readonly description?: string
}

export function addLabelVerbs(program: Command, desk: Desk): void {
  const label = addNoun(
    program,
    'label',
    'What files and vaults are marked with, each with the basis of its classification',
  )
  addVerb<GeneralOptions & PageOptions>(label, desk, {
    usage: 'list',
    summary: 'List the labels and on which basis they stand',
    example: 'sallyport label list',
    options: [afterOption],
    run: list,
  })
  addVerb<DefineOptions>(label, desk, {
    usage: 'define <label>',
    summary: 'Define a label, as jurisdiction/, program/, item/, dissem/, relto/, cui/ or distribution/ and its value',
    example:
      'sallyport label define item/iv-h-1 --title "USML IV(h)(1)" --record FAL-0042\n' +
      'sallyport label define program/falcon --title "Program Falcon" --basis "program charter 2026-3"',
    required: [['--title <text>', 'what people read']],
    options: [
      ['--record <number>', 'the classification record that says it; a jurisdiction and an item have one'],
      ['--basis <text>', 'who decided what, and where that is kept; of anything else it is wanted'],
    ],
    run: define,
  })
  addLabelMapVerbs(label, desk)
  addLabelMarkingVerbs(label, desk)
}

export function addVaultCreateVerb(vault: Command, desk: Desk): void {
  addVerb<CreateOptions>(vault, desk, {
    usage: 'create <name>',
    summary: 'Create a vault of labels that are defined',
    example: 'sallyport vault create falcon --labels jurisdiction/itar,program/falcon,item/iv-h-1',
    required: [['--labels <labels>', 'its labels with commas between, as `label list` names them']],
    options: [['--description <text>', 'one line for whoever chooses a vault']],
    run: createVault,
  })
}

async function list(context: Context, _: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'labels', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the labels')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.labels.map((one) => [shortName(one), one.title, readingOf(one), one.basis, one.fqn])
    out.table(['label', 'title', 'means', 'basis', 'name in files'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function define(context: Context, [wanted = '']: readonly string[], options: DefineOptions): Promise<Exit> {
  const [, dimension, value] =
    /^(jurisdiction|program|item|dissem|relto|cui|distribution)\/(.+)$/.exec(wanted.toLowerCase()) ?? []
  if (dimension === undefined || value === undefined)
    throw new Problem('invalid-request', `cannot define ${wanted}: want it as program/falcon or item/iv-h-1`)
  const { title, basis, record } = options
  const answer = await call(await context.connect(), 'defineLabel', {
    body: {
      dimension: dimension as LabelView['dimension'],
      value,
      title,
      record: record ?? null,
      ...(basis === undefined ? {} : { basis }),
    },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `define ${wanted}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Label ${shortName(answer.value.label)} is defined: ${answer.value.label.basis}.`, 'green')
  })
  return 0
}

async function createVault(context: Context, [name = '']: readonly string[], options: CreateOptions): Promise<Exit> {
  const connection = await context.connect()
  const known = await allLabels(connection)
  if (known.outcome === 'refused') return context.refused(known, 'read the labels')
  const labels = namedLabels(known.value, options.labels)
  const body = { name, description: options.description ?? '', labels }
  const answer = await call(connection, 'createVault', { body })
  if (answer.outcome === 'refused') return context.refused(answer, `create vault ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Vault ${name} is created: ${answer.value.vault.labels.map(({ title }) => title).join(', ')}.`, 'green')
  })
  return 0
}

/** Full names of labels that are written with commas between, in short or in full. Throws Problem `not-found` for another. */
export function namedLabels(known: readonly LabelView[], written: string): string[] {
  return written.split(',').map((one) => fqnOf(known, one.trim()))
}

function fqnOf(known: readonly LabelView[], wanted: string): string {
  const found = known.find((one) => one.fqn === wanted.toLowerCase() || shortName(one) === wanted.toLowerCase())
  if (found !== undefined) return found.fqn
  const names = known.map(shortName).join(', ')
  throw new Problem('not-found', `cannot find label ${wanted}: want one of ${names === '' ? 'none yet' : names}`)
}

/** What it means now, where that is not its name. */
function readingOf({ value, dimension, record, reads }: LabelView): string {
  if (reads === null) return 'not classified: refused'
  const more = reads === value ? '' : `${reads} (stricter)`
  if (record === null) return dimension === 'jurisdiction' || dimension === 'item' ? 'no record yet' : ''
  const { number, holding } = record
  return [more, holding === null || holding.number === number ? '' : `${holding.number}: ${holding.says}`]
    .filter((text) => text !== '')
    .join('; ')
}

function shortName({ dimension, value }: Pick<LabelView, 'dimension' | 'value'>): string {
  return `${dimension}/${value}`
}
