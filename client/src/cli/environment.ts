// What the command line takes from the machine, as parameters: a test brings its own.

import type { Clock } from '../gate/index.ts'

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  readonly isTty: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Width of the terminal in characters. */
  readonly columns: number
  readonly clock: Clock
  /** The person's home, the folder that the command was given in, and one for temporaries. */
  readonly home: string
  readonly workingFolder: string
  readonly temporaryFolder: string
  /** The name of this machine. */
  readonly host: string
  /** Try to open an address in a browser; nothing happens where there is none. */
  readonly openBrowser: (url: URL) => void
}

/** 0 done, 1 failed, 2 wrong use, 3 refused by decision. */
export type Exit = 0 | 1 | 2 | 3
