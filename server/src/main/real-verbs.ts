// The verbs of a real enclave: `check`, `init`, `serve`.

import { readFile } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { loadConfig, openLogger, silentLogger, systemClock, unknownVariables, type Config } from '../base/index.ts'
import { parseFounders } from '../founding/index.ts'
import { checkEverything } from './check.ts'
import type { Finding } from './finding.ts'
import { initEnclave, type InitOutcome } from './init.ts'
import { isOneOfSeveral, leaveOthers, startProcesses, tellReady } from './processes.ts'
import { serveReal, type Real } from './real.ts'
import { readOptions, stopSignal, told, version, type Terminal } from './verb.ts'

const checkUsage = `sallyport check --config <file> [--founders <file>] [--json]

Look at everything that a real enclave stands on, and name what is not right. Changes nothing. Exit 1 when something is wrong.

  --config <file>    the configuration (docs/configuration.md)
  --founders <file>  the founders file, to be looked at too (docs/founding.md)
  --json             write the findings as JSON

Example: sallyport check --config sallyport.yaml --founders founders.yaml
`

const initUsage = `sallyport init --config <file> --founders <file> [--resume [--new-codes | --void <founder>]] [--json]

Found a real enclave, where there is none: keys, ledger, legal data, policies, and a one-time code for each founder.

  --config <file>    the configuration (docs/configuration.md)
  --founders <file>  who founds it (docs/founding.md)
  --resume           go on with a founding that was interrupted, or see how far it is
  --new-codes        with --resume: new codes for the founders who have not enrolled
  --void <founder>   with --resume: take back an enrollment, with what was attested by it and about it
  --json             write the outcome as JSON

Example: sallyport init --config sallyport.yaml --founders founders.yaml
`

const serveUsage = `sallyport serve --config <file> [--processes <number>] [--json]

Serve the enclave that was founded, or is being founded, until SIGTERM. Refuses, naming the disagreement, on a damaged one.

  --config <file>        the configuration (docs/configuration.md)
  --processes <number>   serve with several processes behind the one port, at best one for each core (default: 1)
  --json                 write one JSON line when it is ready, and logs as JSON

Example: sallyport serve --config /etc/sallyport/sallyport.yaml
`

export async function check(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(
    argv,
    checkUsage,
    { config: { type: 'string' }, founders: { type: 'string' }, json: { type: 'boolean' } },
    terminal,
  )
  if (typeof options === 'number') return options
  const { config: configFile, founders = null, json } = options
  if (configFile === undefined) return missing('--config', checkUsage, terminal)
  const strangers = unknownVariables(terminal.env).map((name): Finding => ({
    what: `variable ${name}`,
    state: 'attention',
    text: 'sets nothing; is it misspelt?',
  }))
  const findings: Finding[] = [...strangers]
  try {
    const config = loadConfig({ file: configFile, env: terminal.env })
    const parts = { config, configFile, foundersFile: founders, clock: systemClock, log: silentLogger }
    findings.push(...(await checkEverything(parts)))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    findings.push({ what: 'configuration', state: 'wrong', text: error.message })
  }
  const isWrong = findings.some(({ state }) => state === 'wrong')
  if (json === true) terminal.out(`${JSON.stringify({ isWrong, findings })}\n`)
  else terminal.out(tableOf(findings))
  return isWrong ? 1 : 0
}

function tableOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length))
  return findings
    .map(({ what, state, text }) => {
      const lines = text.split('\n')
      const indent = ' '.repeat(width + 13)
      return `${state.padEnd(9)}  ${what.padEnd(width)}  ${lines.join(`\n${indent}`)}\n`
    })
    .join('')
}

export async function init(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(
    argv,
    initUsage,
    {
      config: { type: 'string' },
      founders: { type: 'string' },
      resume: { type: 'boolean' },
      'new-codes': { type: 'boolean' },
      void: { type: 'string' },
      json: { type: 'boolean' },
    },
    terminal,
  )
  if (typeof options === 'number') return options
  const { config: configFile, founders: foundersFile, resume = false, 'new-codes': newCodes = false } = options
  if (configFile === undefined) return missing('--config', initUsage, terminal)
  if (foundersFile === undefined) return missing('--founders', initUsage, terminal)
  if (!resume && (newCodes || options.void !== undefined)) return missing('--resume', initUsage, terminal)
  const isJson = options.json === true
  const log = openLogger({ level: 'warn' })
  const config = loadConfig({ file: configFile, env: terminal.env })
  const outcome = await initEnclave({
    config,
    founders: parseFounders(await readFile(foundersFile, 'utf8'), foundersFile),
    log,
    resume,
    newCodes,
    ...(options.void === undefined ? {} : { voided: options.void }),
    tell: ({ decided, why }) => {
      if (!isJson) terminal.out(`${decided}\n  ${why}\n\n`)
    },
  })
  if (isJson) {
    const { codes, status, attention } = outcome
    terminal.out(`${JSON.stringify({ codes, missing: status.missing, attention })}\n`)
  } else terminal.out(toldOutcome(outcome, configFile, config))
  return 0
}

function toldOutcome({ codes, status, attention }: InitOutcome, configFile: string, config: Config): string {
  const warned = attention.map((text) => `ATTENTION: ${text}\n\n`).join('')
  const width = Math.max(0, ...codes.map(({ founder }) => founder.length))
  const shown = codes.map(({ founder, role, code }) => `  ${founder.padEnd(width)}  ${code}  (${role})\n`).join('')
  const codesTold =
    codes.length === 0
      ? 'The founding is open. Codes were shown once; new ones: --resume --new-codes\n\n'
      : `Codes, shown this once, each for ${codes[0]?.hours ?? 0} hours and one use:\n\n${shown}\n`
  const left = status.missing.map((text) => `  ${text}\n`).join('')
  return `${warned}${codesTold}What is missing until the founding can be closed:\n\n${left || '  nothing\n'}
Next: sallyport serve --config ${configFile}
Then each founder, in a browser: ${config.publicUrl}/founding#<code>
or with the command line: sallyport login --gate ${config.publicUrl}, sallyport founding enroll <code>
`
}

export async function serve(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(
    argv,
    serveUsage,
    { config: { type: 'string' }, processes: { type: 'string', default: '1' }, json: { type: 'boolean' } },
    terminal,
  )
  if (typeof options === 'number') return options
  const { config: file, json } = options
  const processes = Number(options.processes)
  if (file === undefined) return missing('--config', serveUsage, terminal)
  if (!Number.isInteger(processes) || processes < 1 || processes > mostProcesses)
    return missing(`--processes from 1 to ${mostProcesses}`, serveUsage, terminal)
  const startedAt = performance.now()
  const log = openLogger({ level: json === true ? 'info' : 'warn' })
  const config: Config = loadConfig({ file, env: terminal.env })
  const stopped = stopSignal()
  const start = async () => await serveReal({ config, log, version: await version() })
  if (isOneOfSeveral()) {
    const { url, name, isFounded, close } = await start()
    tellReady({ url, name, isFounded } satisfies Started)
    await stopped
    await close()
    return 0
  }
  const several = processes === 1 ? null : await startProcesses<Started>(processes, log)
  const real = several === null ? await start() : { ...several.facts, close: several.stop }
  const seconds = (performance.now() - startedAt) / 1000
  const { url, name, isFounded } = real
  if (json === true) terminal.out(`${JSON.stringify({ ready: true, url, name, isFounded, seconds })}\n`)
  else terminal.out(`Serving ${name} at ${url} after ${seconds.toFixed(1)} s.\n`)
  await stopped
  await real.close()
  return 0
}

type Started = Pick<Real, 'url' | 'name' | 'isFounded'>

const mostProcesses = 64

function missing(what: string, usage: string, { err }: Terminal): number {
  err(`want ${what}\n\n${usage}`)
  return 2
}

/** The verbs by name, each told in its own words when it fails. */
export const realVerbs: Readonly<Record<string, (argv: readonly string[], terminal: Terminal) => Promise<number>>> = {
  check: (argv, terminal) => told(() => check(argv, terminal), terminal),
  init: (argv, terminal) => told(() => init(argv, terminal), terminal),
  serve: async (argv, terminal) => {
    try {
      return await told(() => serve(argv, terminal), terminal)
    } finally {
      leaveOthers()
    }
  },
}
