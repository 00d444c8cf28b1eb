import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{protocol,client,server,policies,test}/**/*.test.ts'],
    setupFiles: ['test/generated-input.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Suites start real PostgreSQL servers; more of them than cores only wait for each other.
    maxWorkers: 2,
  },
})
