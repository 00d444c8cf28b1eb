import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

const include = ['{protocol,client,server,policies,test}/**/*.test.ts']

/** Files that change something of their process: its environment, its clock, a class or a function that others use. */
const alone = [
  'server/src/http/edited-policies.test.ts',
  'server/src/identity/issuer-troubles.test.ts',
  'server/src/keys/pkcs11-*.test.ts',
  'server/src/policy/proof/methods.test.ts',
  'test/token.test.ts',
  'test/scale/plans.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Suites start real PostgreSQL servers; more of them than cores only wait for each other.
    maxWorkers: 2,
    // Many tests start gates and commands as processes: what the first of them compiled the others read.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: alone, setupFiles: ['test/generated-input.ts'] } },
      // What these import is loaded once per worker, which is a fifth of the time of the suite.
      {
        extends: true,
        test: {
          name: 'together',
          include,
          exclude: alone,
          isolate: false,
          setupFiles: ['test/generated-input.ts', 'test/as-found.ts'],
        },
      },
    ],
  },
})
