// Logs and metrics: what an operator watches. Neither carries content, keys, tokens, or the name of a person or document.

import { pino, type DestinationStream } from 'pino'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** What a line says besides its message. An error goes under `error`. */
export type LogFields = Readonly<Record<string, unknown>>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One metric: its name in snake case with its unit, a sentence, and the names of its labels. */
export interface MetricDefinition<L extends string> {
  readonly name: string
  readonly help: string
  readonly labels?: readonly L[]
}

export interface Metrics {
  counter<L extends string = never>(definition: MetricDefinition<L>): CounterMetric<L>
  gauge<L extends string = never>(definition: MetricDefinition<L>): GaugeMetric<L>
  histogram<L extends string = never>(definition: HistogramDefinition<L>): HistogramMetric<L>
  /** Write every metric as OpenMetrics text. */
  text(): Promise<string>
  readonly contentType: string
}

export interface HistogramDefinition<L extends string> extends MetricDefinition<L> {
  readonly buckets?: readonly number[]
}

export interface CounterMetric<L extends string> {
  add(amount: number, labels?: Readonly<Record<L, string>>): void
}

export interface GaugeMetric<L extends string> {
  set(value: number, labels?: Readonly<Record<L, string>>): void
}

export interface HistogramMetric<L extends string> {
  observe(value: number, labels?: Readonly<Record<L, string>>): void
}

/** Make a logger that writes one JSON object a line, with secrets replaced wherever their usual names stand. */
export function openLogger(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = options.destination === undefined ? pino(settings) : pino(settings, options.destination)
  const write = (level: LogLevel) => (fields: LogFields, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](withoutSecrets(fields), String(shown(message, 0)))
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Names a label may not have, because its values would name a person, a document or a secret, or never end. */
const forbiddenLabels = /person|subject|user|email|name$|file|document|resource|token|key|address|^ip$|(^|_)id$/i

/** Make a registry of metrics. Throws on a second metric of one name, and on a label that could name a person or document. */
export function openMetrics(): Metrics {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  function settings<L extends string>(definition: MetricDefinition<L>) {
    const labelNames = [...(definition.labels ?? [])]
    const forbidden = labelNames.find((label) => forbiddenLabels.test(label))
    if (forbidden !== undefined) {
      throw new Error(
        `cannot define metric ${definition.name}: label ${forbidden} may name a person or thing, want none`,
      )
    }
    return { name: definition.name, help: definition.help, labelNames, registers: [registry] }
  }
  return {
    contentType: Registry.OPENMETRICS_CONTENT_TYPE,
    text: () => registry.metrics(),
    counter(definition) {
      const metric = new Counter(settings(definition))
      return { add: (amount, labels) => metric.inc(labels ?? {}, amount) }
    },
    gauge(definition) {
      const metric = new Gauge(settings(definition))
      return { set: (value, labels) => metric.set(labels ?? {}, value) }
    },
    histogram(definition) {
      const buckets = definition.buckets ?? [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
      const metric = new Histogram({ ...settings(definition), buckets: [...buckets] })
      return { observe: (value, labels) => metric.observe(labels ?? {}, value) }
    },
  }
}

const secretName =
  /authorization|cookie|dpop|passw|passphrase|secret|token|assertion|credential|(private|wrapped|session|api|client)_?key|^key$|pem$|^jwk$|^dek$|^kek$/i
// SPEC: RFC 7519 section 3 (a compact JWT), RFC 7468 section 2 (a PEM private key), RFC 6750 section 2.1, URLs with a password.
const secretText =
  /eyJ[\w-]{8,}\.[\w-]*\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?|\b(Bearer|DPoP|Basic) [\w\-.~+/]{8,}=*|(?<=:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/g

const hidden = '[hidden]'

/** ATTACKER: fields can hold what a client sent. Depth and width are bounded, and bytes are never written out. */
function withoutSecrets(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, secretName.test(name) ? hidden : shown(value, 0)]),
  )
}

function shown(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, 4096).replaceAll(secretText, hidden)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toJSON()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= 5) return '[deep]'
  if (value instanceof Error) return shownError(value, depth)
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => shown(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 100)
      .map(([name, inner]) => [name, secretName.test(name) ? hidden : shown(inner, depth + 1)]),
  )
}

/** Only what locates the fault: errors of drivers carry whole rows, requests and connections in further members. */
function shownError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    message: shown(error.message, depth),
    stack: shown(error.stack, depth),
    ...(code === undefined ? {} : { code: shown(code, depth + 1) }),
    ...(error.cause === undefined ? {} : { cause: shown(error.cause, depth + 1) }),
  }
}
