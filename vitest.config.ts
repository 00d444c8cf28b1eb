import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

export default defineConfig({
  test: {
    include: ['{protocol,client,server,policies,test}/**/*.test.ts'],
    setupFiles: ['test/generated-input.ts'],
    testTimeout: 30_000,
    // A gate that is to close waits half a minute for a client that went away in the middle of an answer.
    hookTimeout: 120_000,
    // Suites start real PostgreSQL servers; more of them than cores only wait for each other.
    maxWorkers: 2,
    // Many tests start gates and commands as processes: what the first of them compiled the others read.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
    sequence: { sequencer: LongestFirst },
  },
})
