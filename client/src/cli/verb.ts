// One verb of a noun, as data and a function. Every verb takes --json and --profile and shows an example in its help.

import { Problem } from '@sallyport/protocol'
import type { Command } from 'commander'
import { advise } from './advice.ts'
import { createContext, type Context, type GeneralOptions } from './context.ts'
import type { Environment, Exit } from './environment.ts'
import { fileFault } from './file-fault.ts'

export interface Verb<O extends GeneralOptions> {
  /** Name with its operands, as commander reads them: `open <file>`. */
  readonly usage: string
  readonly summary: string
  readonly example: string
  /** Flags and what they do. */
  readonly options?: readonly (readonly [flags: string, text: string])[]
  /** Flags that the verb does not work without. */
  readonly required?: readonly (readonly [flags: string, text: string])[]
  readonly run: (context: Context, operands: readonly string[], options: O) => Promise<Exit>
}

/** Where verbs leave what they ended with. */
export interface Desk {
  readonly environment: Environment
  exit: Exit
}

/** Add a verb to a noun (or to the program itself). Returns it, for a verb that has others below it. */
export function addVerb<O extends GeneralOptions = GeneralOptions>(noun: Command, desk: Desk, verb: Verb<O>): Command {
  const command = noun.command(verb.usage).description(verb.summary)
  for (const [flags, text] of verb.required ?? []) command.requiredOption(flags, text)
  for (const [flags, text] of verb.options ?? []) command.option(flags, text)
  command.option('--json', 'write the answer as JSON to stdout')
  command.option('--profile <name>', 'use another profile than "default" (or SALLYPORT_PROFILE)')
  command.addHelpText('after', `\nExample:\n  ${verb.example.replaceAll('\n', '\n  ')}`)
  command.action(async () => {
    const options = command.opts<O>()
    const context = createContext(desk.environment, options)
    try {
      desk.exit = await verb.run(context, command.args, options)
    } catch (error) {
      desk.exit = await explain(context, error)
    } finally {
      await context.end()
    }
  })
  return command
}

/** Add a noun that verbs are added to. */
export function addNoun(program: Command, name: string, summary: string): Command {
  return program.command(name).description(summary)
}

async function explain({ print, folder, profileName }: Context, error: unknown): Promise<Exit> {
  if (error instanceof Problem) {
    const { code, details } = error
    const message = await advise(error, folder, profileName)
    print.result({ problem: { code, message, details } }, () => undefined)
    print.note(message, 'red')
    return 1
  }
  const message = error instanceof Error ? error.message : String(error)
  const ofFile = fileFault(error)
  const code = ofFile === null ? 'internal' : 'invalid-request'
  print.result({ problem: { code, message: ofFile ?? message, details: {} } }, () => undefined)
  print.note(ofFile ?? `a fault of sallyport itself: ${message}`, 'red')
  return 1
}
