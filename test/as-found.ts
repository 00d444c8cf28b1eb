// Files that share a worker leave its process as they found it: one that does not would have others fail, by chance and far from
// its cause, and fails itself instead. Rows, folders and ports are every file's own anyway.

import { deepStrictEqual } from 'node:assert/strict'
import { afterAll, beforeAll } from 'vitest'

let found: object

beforeAll(() => {
  found = stateOfProcess()
})
afterAll(() => deepStrictEqual(stateOfProcess(), found))

function stateOfProcess(): object {
  return {
    environment: { ...process.env },
    folder: process.cwd(),
    umask: process.umask(),
    globals: Object.getOwnPropertyNames(globalThis),
    functions: [Date, Date.now, Math.random, setTimeout, setInterval, fetch].map((one) => one.toString().slice(0, 200)),
  }
}
