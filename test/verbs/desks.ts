// People at their machines, each signed in to one sample when they first do something, for stories of a day's work. Whatever a verb
// comes to, it shows no fault of the program itself and nothing that a terminal obeys.

import { expect } from 'vitest'
import type * as z from 'zod'
import { createMachine, type Machine, type Ran } from '../../client/src/testing/command.ts'
import type { Address } from '../gate.ts'

type Argv = readonly string[]

export interface Desks {
  readonly at: (who: string) => Promise<Machine>
  /** What a verb says that has to succeed. */
  readonly done: (who: string, ...argv: Argv) => Promise<string>
  /** The same as a program reads it. */
  readonly told: <S extends z.ZodType>(shape: S, who: string, ...argv: Argv) => Promise<z.output<S>>
  /** What is said to somebody whom a decision refuses. */
  readonly refused: (who: string, ...argv: Argv) => Promise<string>
  /** What is said of something that cannot be done as it was asked for. */
  readonly wrong: (who: string, ...argv: Argv) => Promise<string>
  readonly run: (who: string, ...argv: Argv) => Promise<Ran>
}

export function desksOf({ url, caFile }: Pick<Address, 'url' | 'caFile'>): Desks {
  const machines = new Map<string, Promise<Machine>>()
  const signedIn = async (who: string): Promise<Machine> => {
    const machine = createMachine()
    const { exit, err } = await machine.run(['login', '--gate', url, '--ca', caFile, '--as', who])
    if (exit !== 0) throw new Error(`${who} cannot sign in: ${err}`)
    return machine
  }
  const at = (who: string): Promise<Machine> => {
    const machine = machines.get(who) ?? signedIn(who)
    machines.set(who, machine)
    return machine
  }
  const run = async (who: string, ...argv: Argv): Promise<Ran> => {
    const ran = await (await at(who)).run(argv)
    const said = ran.out + ran.err
    expect(said).not.toMatch(/fault of sallyport itself|^\s+at .*:\d+:\d+/m)
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    return ran
  }
  const ended = async (exit: number, who: string, argv: Argv): Promise<Ran> => {
    const ran = await run(who, ...argv)
    expect(ran.exit, `${who}: ${argv.join(' ')}\n${ran.err}${ran.out}`).toBe(exit)
    return ran
  }
  return {
    at,
    run,
    done: async (who, ...argv) => (await ended(0, who, argv)).out,
    told: async (shape, who, ...argv) => shape.parse(JSON.parse((await ended(0, who, [...argv, '--json'])).out)),
    refused: async (who, ...argv) => (await ended(3, who, argv)).err,
    wrong: async (who, ...argv) => (await ended(1, who, argv)).err,
  }
}
