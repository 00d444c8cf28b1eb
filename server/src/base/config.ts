// Reading the configuration: one YAML file, environment variables over it, and every fault named with its place, because
// whoever meets it is starting a server at night. Nothing of a value is ever repeated in a fault: it may be a secret.

import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, type Document, type Node } from 'yaml'
import { Problem } from '@sallyport/protocol'
import type { z } from 'zod'
import { configJsonSchema, configSchema, type Config } from './config-schema.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ConfigSources {
  /** The YAML file. Relative paths in the configuration start from its folder, without a file from the working directory. */
  readonly file?: string
  /** The YAML itself; with `file`, instead of its content. */
  readonly text?: string
  readonly env: Environment
}

const largestFile = 1_000_000
const mostFaults = 20

type Path = readonly (string | number)[]

interface Fault {
  readonly path: Path
  readonly text: string
  /** A key that should not be there, rather than a value that is wrong. */
  readonly key?: string
}

/**
 * Read the configuration, defaults filled in, paths absolute. Throws Problem `invalid-request` with one line for each fault,
 * `<file>:<line>:<column>: <key>: <what is wrong>` or `<VARIABLE>: ...`, also as `details.faults`.
 */
export function loadConfig(sources: ConfigSources): Config {
  const name = sources.file ?? 'configuration'
  const lines = new LineCounter()
  const document = parseDocument(sources.text ?? readText(sources.file), {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const syntax = [...document.errors, ...document.warnings].map(
    ({ message, pos }) => `${place(name, lines, pos[0])}: ${message}`,
  )
  if (syntax.length > 0) throw refused(syntax)
  const written = toValue(document, name)
  const overlay = readEnvironment(sources.env)
  const parsed = configSchema.safeParse(withOverlay(written, overlay))
  const faults = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf)
  if (hasPassword(written)) {
    faults.push({ path: ['database'], text: 'holds a password, want it by environment variable DATABASE_URL' })
  }
  if (!parsed.success || faults.length > 0) {
    throw refused(faults.map((fault) => `${locate(fault, document, lines, name, overlay)}: ${sentence(fault)}`))
  }
  return withAbsolutePaths(parsed.data, sources.file === undefined ? process.cwd() : dirname(resolve(sources.file)))
}

/** List the environment variables that look like ours but set nothing: misspelt ones, most likely. */
export function unknownVariables(env: Environment): readonly string[] {
  const known = new Set(variables().map(({ name }) => name))
  return Object.keys(env).filter((name) => name.startsWith('SALLYPORT_') && !known.has(name))
}

// ---- The file

function readText(path: string | undefined): string {
  if (path === undefined) return ''
  try {
    if (statSync(path).size > largestFile) throw new Error('it is larger than 1 MB')
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it is larger than 1 MB'
    throw new Problem('invalid-request', `cannot read the configuration: ${path}: ${reason}, want a YAML file`, {
      cause: error,
    })
  }
}

/** ATTACKER: aliases can grow a small file without bounds; the parser stops at its own limit. */
function toValue(document: Document, name: string): unknown {
  try {
    return document.toJS() ?? {}
  } catch {
    throw refused([`${name}: its aliases expand too far`])
  }
}

function hasPassword(written: unknown): boolean {
  const database = typeof written === 'object' && written !== null && 'database' in written ? written.database : null
  if (typeof database !== 'string' || !URL.canParse(database)) return false
  const url = new URL(database)
  return url.password !== '' || url.searchParams.has('password')
}

// ---- The environment

interface Variable {
  readonly name: string
  readonly path: readonly string[]
  readonly type: string
}

interface Overlay {
  readonly name: string
  readonly path: readonly string[]
  readonly value: unknown
}

/** Every key that a variable can set. A list is set as a whole, in YAML or JSON. */
function variables(): readonly Variable[] {
  const found: Variable[] = [{ name: 'DATABASE_URL', path: ['database'], type: 'string' }]
  const visit = (schema: z.core.JSONSchema.BaseSchema, path: readonly string[]) => {
    if (schema.properties === undefined) {
      const name = `SALLYPORT_${path.map((key) => key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`
      found.push({ name, path, type: typeof schema.type === 'string' ? schema.type : 'number' })
    }
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      if (typeof inner === 'object') visit(inner, [...path, key])
    }
  }
  visit(configJsonSchema(), [])
  return found
}

function readEnvironment(env: Environment): readonly Overlay[] {
  return variables().flatMap(({ name, path, type }) => {
    const text = env[name]
    return text === undefined || text === '' ? [] : [{ name, path, value: valueOf(name, text, type) }]
  })
}

function valueOf(name: string, text: string, type: string): unknown {
  if (type === 'string') return text
  try {
    return parse(text, { logLevel: 'error', stringKeys: true })
  } catch {
    throw refused([`${name}: is not ${type}`])
  }
}

function withOverlay(written: unknown, overlay: readonly Overlay[]): unknown {
  return overlay.reduce((whole, { path, value }) => placed(whole, path, value), written)
}

function placed(whole: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (whole !== undefined && whole !== null && (typeof whole !== 'object' || Array.isArray(whole))) return whole
  const inner = (whole ?? {}) as Record<string, unknown>
  return { ...inner, [key]: placed(inner[key], rest, value) }
}

// ---- Faults

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path, key, text: 'is not a key of the configuration' }))
  return [{ path, text: issue.message.replace(/^Invalid (input|option|string): /, '') }]
}

function sentence({ path, key, text }: Fault): string {
  const keys = key === undefined ? path : [...path, key]
  return keys.length === 0 ? text : `${keys.join('.')}: ${text}`
}

function locate(
  fault: Fault,
  document: Document,
  lines: LineCounter,
  name: string,
  overlay: readonly Overlay[],
): string {
  const from = overlay.findLast(({ path }) => path.every((key, i) => fault.path[i] === key))
  return from === undefined ? place(name, lines, offsetOf(fault, document)) : from.name
}

function place(name: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}`
}

/** Where the value stands, or the nearest thing around it when it is missing. */
function offsetOf({ path, key }: Fault, document: Document): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const step of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (pair === undefined) break
      const isUnwanted = key !== undefined && step === key
      offset = isUnwanted || pair.value === null ? startOf(pair.key) : startOf(pair.value)
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      offset = startOf(node)
    } else break
  }
  return offset
}

function startOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0
}

function refused(faults: readonly string[]): Problem {
  const shown = faults.slice(0, mostFaults)
  const more = faults.length > shown.length ? [`and ${faults.length - shown.length} more`] : []
  return new Problem('invalid-request', `cannot read the configuration:\n${[...shown, ...more].join('\n')}`, {
    details: { faults: shown },
  })
}

// ---- Paths

function withAbsolutePaths(config: Config, folder: string): Config {
  const absolute = <T extends object>(whole: T, ...keys: (keyof T)[]): T => {
    const changed = keys.flatMap((key) => {
      const path = whole[key]
      return typeof path === 'string' ? [[key, resolve(folder, path)]] : []
    })
    return { ...whole, ...(Object.fromEntries(changed) as Partial<T>) }
  }
  const { mail, ledger, clientCertificates } = config
  const listener = (one: typeof config.listen.main): typeof one =>
    one.tls === undefined ? one : { ...one, tls: absolute(one.tls, 'cert', 'key') }
  return {
    ...config,
    data: resolve(folder, config.data),
    listen: { main: listener(config.listen.main) },
    objects: absolute(config.objects, 'path'),
    keys: absolute(config.keys, 'passphraseFile', 'keyFile', 'library', 'pinFile'),
    issuers: config.issuers.map((issuer) => ({
      ...absolute(issuer, 'ca'),
      ...(issuer.browser === undefined ? {} : { browser: absolute(issuer.browser, 'clientSecretFile') }),
    })),
    ...(clientCertificates === undefined
      ? {}
      : {
          clientCertificates: {
            ...clientCertificates,
            listen: listener(clientCertificates.listen),
            authorities: clientCertificates.authorities.map((authority) => ({
              ...absolute(authority, 'anchors', 'intermediates'),
              revocationLists: authority.revocationLists.map((path) => resolve(folder, path)),
            })),
          },
        }),
    ...(mail === undefined ? {} : { mail: absolute(mail, 'passwordFile', 'ca') }),
    ledger: ledger.timestamps === undefined ? ledger : { ...ledger, timestamps: absolute(ledger.timestamps, 'ca') },
    metrics: absolute(config.metrics, 'tokenFile'),
  }
}
