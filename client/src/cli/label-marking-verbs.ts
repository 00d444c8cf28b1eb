// sallyport label read-marking, write-marking: labels out of what stands on paper, and what is to stand there. Asks no gate.

import { Problem } from '@sallyport/protocol'
import {
  bannerOfSet,
  labelSetFaults,
  labelSetOf,
  labelsOfBanner,
  parseSaid,
  readBanner,
  readStatement,
  statementValue,
  writeBanner,
  writePortion,
  writeStatement,
} from '@sallyport/protocol/markings'
import type { Command } from 'commander'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { addVerb, type Desk } from './verb.ts'

export function addLabelMarkingVerbs(label: Command, desk: Desk): void {
  addVerb(label, desk, {
    usage: 'read-marking <text>',
    summary:
      'Say which labels a CUI banner, portion mark or distribution statement asks for, and what is wrong with it',
    example: 'sallyport label read-marking "CUI//SP-EXPT//REL TO USA, AUS, GBR"',
    run: read,
  })
  addVerb(label, desk, {
    usage: 'write-marking <labels>',
    summary: 'Write the banner, portion mark and distribution statements of labels, as they are to stand on paper',
    example: 'sallyport label write-marking cui/sp-expt,dissem/noforn,distribution/d.exp.2026-05-12',
    run: write,
  })
}

function read(context: Context, [text = '']: readonly string[]): Promise<Exit> {
  const banner = readBanner(text)
  const statement = banner === null ? readStatement(text) : null
  if (banner === null && statement === null) {
    throw new Problem('invalid-request', 'cannot read marking: it is no banner, portion mark or distribution statement')
  }
  const labels = [
    ...(banner === null ? [] : labelsOfBanner(banner.banner)),
    ...(statement === null ? [] : [`distribution/${statementValue(statement.statement)}`]),
  ]
  const [unread, faults] = [banner?.unread ?? [], banner?.faults ?? statement?.faults ?? []]
  context.print.result({ labels, unread, faults }, (out) => {
    out.pairs([['labels', labels.join(', ')], ...faults.map((one) => ['fault', one] as const)])
    if (unread.length > 0) out.line(`Go no further before somebody says what this is: ${unread.join(', ')}.`, 'yellow')
  })
  return Promise.resolve(unread.length > 0 ? 1 : 0)
}

function write(context: Context, [names = '']: readonly string[]): Promise<Exit> {
  const set = labelSetOf(names.split(',').map((one) => parseSaid(one.trim())))
  const [fault = set.unread[0] === undefined ? undefined : `${set.unread[0]} is no label`] = labelSetFaults(set)
  if (fault !== undefined) throw new Problem('invalid-request', `cannot write marking: ${fault}`)
  const banner = bannerOfSet(set)
  const marking = {
    banner: banner === null ? null : writeBanner(banner),
    portion: banner === null ? null : writePortion(banner),
    statements: set.statements.map(writeStatement),
  }
  context.print.result(marking, (out) => {
    if (marking.banner !== null && marking.portion !== null)
      out.pairs([
        ['banner', marking.banner],
        ['portion', marking.portion],
      ])
    else out.line('It is no CUI, and has no banner.', 'dim')
    for (const one of marking.statements) out.line(one)
  })
  return Promise.resolve(0)
}
