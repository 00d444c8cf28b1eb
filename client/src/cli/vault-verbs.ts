// sallyport vault ...

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { addVaultCreateVerb } from './label-verbs.ts'
import type { GeneralOptions } from './context.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addVaultVerbs(program: Command, desk: Desk): void {
  const vault = addNoun(program, 'vault', 'Places that files are protected into')
  addVerb<GeneralOptions & PageOptions>(vault, desk, {
    usage: 'list',
    summary: 'List the vaults that you may see',
    example: 'sallyport vault list',
    options: [afterOption],
    async run(context, _, page) {
      const answer = await call(await context.connect(), 'vaults', { query: placeIn(page) })
      if (answer.outcome === 'refused') return context.refused(answer, 'list vaults')
      context.print.result(answer.value, (out) => {
        const rows = answer.value.vaults.map((one) => [
          one.name,
          // The gate counts no further.
          one.fileCount < 100 ? String(one.fileCount) : '100 or more',
          one.labels.map(({ title }) => title).join(', '),
          one.description,
          one.id,
        ])
        out.table(['vault', 'files', 'labels', 'description', 'id'], rows)
      })
      tellNext(context, answer.value)
      return 0
    },
  })
  addVaultCreateVerb(vault, desk)
}
