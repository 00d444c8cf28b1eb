// A question before something that cannot be taken back.

import { createInterface } from 'node:readline/promises'
import { Problem } from '@sallyport/protocol'
import type { Context } from './context.ts'
import { printable } from './printable.ts'

/** Ask the person to type yes. Without a terminal nobody can answer, and `--yes` is wanted. */
export async function confirm({ environment }: Context, question: string, isSure: boolean): Promise<boolean> {
  if (isSure) return true
  const { stdin, stderr, isTty } = environment
  if (!isTty.stdin) {
    throw new Problem('invalid-request', 'cannot ask for confirmation: this is no terminal, want --yes')
  }
  const reader = createInterface({ input: stdin, output: stderr, terminal: false })
  try {
    return (await reader.question(`${printable(question)} Type yes: `)).trim().toLowerCase() === 'yes'
  } finally {
    reader.close()
  }
}
