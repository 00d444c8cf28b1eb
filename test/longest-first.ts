// In which order files run: the longest first, so that no core is idle in the end while another still has minutes to go. Vitest orders
// them by how long they took the last time, which a fresh clone does not know.

import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take the longest, longest first. Whatever is missing here runs later, and is none the worse for it. */
const longest = [
  'test/scale/plans.test.ts',
  'test/console/pages.test.ts',
  'test/faults.test.ts',
  'test/invariants/founding-ceremony.test.ts',
  'test/invariants/durable-entry.test.ts',
  'test/console/access.test.ts',
  'test/drill.test.ts',
  'test/backup.test.ts',
  'test/console/acts.test.ts',
  'test/invariants/cut-founding.test.ts',
  'server/src/policy/proof/methods.test.ts',
  'test/console/ledger.test.ts',
  'test/invariants/cut-sequencing.test.ts',
  'test/console/keeping.test.ts',
  'test/console/export-control.test.ts',
  'test/policy-verbs.test.ts',
  'test/tour.test.ts',
  'test/routes/decided.test.ts',
  'server/src/main/processes.test.ts',
  'test/routes/hostile-text.test.ts',
  'test/console/registering.test.ts',
  'test/founding.test.ts',
  'test/invariants/cut-keys.test.ts',
  'test/console/files.test.ts',
  'test/model/ledger-model.test.ts',
  'test/console/founding.test.ts',
  'test/invariants/cut-restore.test.ts',
  'test/policy/registrations.test.ts',
  'test/policy/effect.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId, project }: TestSpecification): number => {
      // A process that serves many files ends when the next one wants its own.
      if (project.config.isolate) return -1
      const place = longest.indexOf(relative(this.ctx.config.root, moduleId))
      return place === -1 ? longest.length : place
    }
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}
