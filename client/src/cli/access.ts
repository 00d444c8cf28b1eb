// Who can open what, all of it, and what would be otherwise, told class by class.

import type { accessChange, accessMap } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { call, type Connection } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import type { Out } from './printer.ts'

type AccessMap = z.output<typeof accessMap>
type Class = { readonly count: number; readonly some: readonly { readonly id: string; readonly name: string }[] }

/** Ask what would be otherwise under a change, and tell whom it gives what and takes what from. */
export async function tellEffect(
  context: Context,
  connection: Connection,
  change: z.input<typeof accessChange>,
): Promise<Exit> {
  const answer = await call(connection, 'access', { body: { change } })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask what would change')
  context.print.result(answer.value, (out) => showEffect(out, answer.value))
  return 0
}

/** Tell who can open what now, or could at a moment of the past. */
export async function tellAccess(context: Context, asOf: string | undefined): Promise<Exit> {
  const body = asOf === undefined ? {} : { asOf }
  const answer = await call(await context.connect(), 'access', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask who can open what')
  context.print.result(answer.value, (out) => showAccess(out, answer.value, asOf === undefined ? 'can' : 'could'))
  return 0
}

function showAccess(out: Out, map: AccessMap, can: string): void {
  tellAsked(out, map)
  for (const [p, people] of map.people.entries()) {
    const opened = map.files.filter((_, f) => answerOf(map, map.now, p, f)?.effect === 'permit')
    const open = map.files.flatMap((_, f) => answerOf(map, map.now, p, f) ?? [])
    const permitted = open.filter(({ effect }) => effect === 'permit')
    const refused = open.filter(({ effect }) => effect === 'deny')
    out.line(named(people), 'bold')
    out.pairs([
      ['who', whoOf(people)],
      [`${can} open`, opened.length === 0 ? 'nothing' : opened.map(whatOf).join('; ')],
      ['why', each(permitted.map(whyOf))],
      ['why not the rest', refusalsOf(refused)],
    ])
  }
}

/** Tell whom the change of a map gives what and takes what from. */
export function showEffect(out: Out, map: AccessMap): void {
  tellAsked(out, map)
  const { gains, loses } = map.totals
  if (map.would === null || gains + loses === 0) return out.line('Nobody would gain or lose anything.', 'green')
  out.line(`Openings that would be gained: ${gains}, lost: ${loses}, each of one person and one file.`)
  for (const [p, people] of map.people.entries()) {
    const rows = map.files.flatMap((files, f) => {
      const [was, would] = [answerOf(map, map.now, p, f), answerOf(map, map.would, p, f)]
      return was === undefined || would === undefined || was.effect === would.effect ? [] : [{ files, would }]
    })
    for (const [key, some] of Map.groupBy(rows, ({ would }) => JSON.stringify(would))) {
      const would = JSON.parse(key) as AccessMap['answers'][number]
      const isGain = would.effect === 'permit'
      out.line(`${named(people)} would ${isGain ? 'gain' : 'lose'}`, isGain ? 'green' : 'red')
      out.pairs([
        ['who', whoOf(people)],
        ['what', some.map(({ files }) => whatOf(files)).join('; ')],
        ['why', whyOf(would)],
      ])
    }
  }
}

function tellAsked(out: Out, { at, totals }: AccessMap): void {
  out.line(`Asked for ${totals.people} people and ${totals.files} files, all of them, as at ${at}.`, 'dim')
}

function answerOf(map: AccessMap, rows: AccessMap['now'] | null, p: number, f: number) {
  return map.answers[rows?.[p]?.[f] ?? -1]
}

/** Why an answer is as it is: the authorization with its citation, the policy that permits, or the reasons of a refusal. */
function whyOf({ effect, authorization, citation, permittedBy, reasons }: AccessMap['answers'][number]): string {
  if (effect === 'deny') return reasons.map(({ text }) => text).join(' ')
  const by = permittedBy.map(({ text }) => text).join(' ')
  return authorization === null ? by : `Covered by ${authorization} (${citation ?? ''}). ${by}`
}

/** Why several answers are refusals, each reason once. */
function refusalsOf(answers: readonly AccessMap['answers'][number][]): string {
  return [...new Set(answers.flatMap(({ reasons }) => reasons.map(({ text }) => text)))].join(' ')
}

function each(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ')
}

function whoOf({ count, status, roles, programs }: AccessMap['people'][number]): string {
  return [`${count} ${count === 1 ? 'person' : 'people'}`, status, ...roles, ...programs].join(', ')
}

function whatOf(files: AccessMap['files'][number]): string {
  const labels = files.labels.map((one) => one.replace(/^https?:\/\/[^/]*\/attr\/([^/]*)\/value\//, '$1/')).join(', ')
  return `${files.count} ${files.count === 1 ? 'file' : 'files'} of ${labels === '' ? 'no label' : labels} (${named(files)})`
}

const mostNamed = 5

function named({ count, some }: Class): string {
  const names = some.slice(0, mostNamed).map(({ id, name }) => (name === '' ? id : name))
  return `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`
}
