// The release of a key, and its refusal, give a receipt through the door as any other act does: `file open` keeps it, and whoever
// opened a file can hold the ledger to the record of it.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { sequenced, servedSample, type Site } from '../server/src/http/testing.ts'

let site: Site
let stop: () => Promise<void>
const machines: Record<string, Machine> = {}
beforeAll(async () => {
  const served = await servedSample(9885)
  ;({ site, stop } = served)
  const { url, caFile } = served.address
  for (const who of ['ada', 'james']) {
    const machine = createMachine()
    await machine.run(['login', '--gate', url, '--ca', caFile, '--as', who])
    machines[who] = machine
  }
}, 120_000)
afterAll(() => stop())

const run = async (who: string, ...argv: string[]) => {
  const machine = machines[who]
  if (machine === undefined) throw new Error(`${who} has no machine`)
  return await machine.run(argv)
}

describe('sallyport file open', () => {
  test('keeps the receipt of the release, on which ledger prove works', async () => {
    await writeFile(join(machines['ada']?.workingFolder ?? '', 'plan.txt'), 'controlled words')
    const sealed = await run('ada', 'file', 'protect', 'plan.txt', '--vault', 'falcon')
    expect(sealed, sealed.err).toMatchObject({ exit: 0 })
    const opened = await run('ada', 'file', 'open', 'plan.txt', '-o', 'back.txt', '--acknowledge', '--json')
    expect(opened, opened.err).toMatchObject({ exit: 0 })
    const { decisionIds } = JSON.parse(opened.out) as { decisionIds: string[] }
    const [decisionId = ''] = decisionIds
    await sequenced(site)
    const proved = await run('ada', 'ledger', 'prove', decisionId, '--out', 'opened.tlog-proof')
    expect(proved, proved.err).toMatchObject({ exit: 0, out: expect.stringContaining(`Entry ${decisionId} is number`) })
    expect(await run('ada', 'ledger', 'verify', '--proof', 'opened.tlog-proof')).toMatchObject({
      exit: 0,
      out: expect.stringContaining(decisionId),
    })
  })

  test('keeps the receipt of a refusal, too', async () => {
    const refused = await run('james', 'file', 'open', 'plan.txt', '-o', 'back.txt', '--json')
    expect(refused, refused.err).toMatchObject({ exit: 3 })
    const { decisionId } = (JSON.parse(refused.out) as { refused: { decisionId: string } }).refused
    await sequenced(site)
    const proved = await run('james', 'ledger', 'prove', decisionId, '--json')
    expect(proved, `${proved.err} ${refused.out}`).toMatchObject({ exit: 0 })
  })
})
