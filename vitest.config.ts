import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

/** These change node:crypto for whoever is in their process. */
const alone = ['test/model/*.test.ts']

export default defineConfig({
  test: {
    setupFiles: ['test/generated-input.ts'],
    globalSetup: ['test/whole-run.ts'],
    testTimeout: 30_000,
    // A gate that is to close waits half a minute for a client that went away in the middle of an answer.
    hookTimeout: 120_000,
    // Suites start real PostgreSQL servers; more of them than cores only wait for each other.
    maxWorkers: 2,
    // Many tests start gates and commands as processes: what the first of them compiled the others read.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{protocol,client,server,policies,test}/**/*.test.ts'],
          exclude: [...alone, '**/node_modules/**'],
          // A process for each file, and all modules read anew in it, would be a third of the whole run.
          isolate: false,
        },
      },
    ],
  },
})
