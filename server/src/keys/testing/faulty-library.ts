// For tests only: SoftHSM behind a library that is slow, refuses or ends the process on order (faulty-library.cpp).

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { TokenSecret } from '../index.ts'
import { isProgram, lacksToken, makeSoftToken, softHsmLibrary, type SoftToken } from './soft-token.ts'

/** Why tests with it cannot run here; null when they can. */
export const lacksFaultyLibrary: string | null =
  lacksToken ?? (isProgram('g++') || mayNotSkip() ? null : 'skipped: needs Debian package g++')

function mayNotSkip(): boolean {
  return process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
}

export interface FaultyToken extends SoftToken {
  /** What goes wrong from now on: `C_DeriveKey delay 2000`. Null: nothing. */
  readonly order: (orders: string | null) => Promise<void>
  /** How often a function was called so far. */
  readonly calls: (name: string) => number
}

/** Make a token that is reached through the faulty library. */
export async function makeFaultyToken(changes: Partial<TokenSecret> = {}): Promise<FaultyToken> {
  const soft = await makeSoftToken()
  const library = join(soft.folder, 'faulty.so')
  const headers = join(createRequire(import.meta.url).resolve('pkcs11js'), '../includes')
  const source = join(import.meta.dirname, 'faulty-library.cpp')
  execFileSync('g++', ['-std=c++17', '-shared', '-fPIC', '-I', headers, source, '-o', library, '-ldl'])
  const orders = join(soft.folder, 'orders')
  process.env['SALLYPORT_FAULTS'] = orders
  process.env['SALLYPORT_REAL_LIBRARY'] = softHsmLibrary
  const log = `${orders}.calls`
  await writeFile(log, '')
  return {
    ...soft,
    secret: { ...soft.secret, library, ...changes },
    order: async (text) => (text === null ? rm(orders, { force: true }) : writeFile(orders, `${text}\n`)),
    calls: (name) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line === name).length,
  }
}
