import { expect, test } from 'vitest'
import { openLogger, openMetrics, type LogFields } from './telemetry.ts'

function logged(fields: LogFields, message = 'said'): Record<string, unknown> {
  let line = ''
  const log = openLogger({ level: 'debug', destination: { write: (text: string) => (line += text) } })
  log.info(fields, message)
  return JSON.parse(line) as Record<string, unknown>
}

test('openLogger() writes one JSON object with level, time, message and fields', () => {
  const line = logged({ port: 8443, at: new Date(0), large: 2n ** 60n })
  expect(line).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    msg: 'said',
    port: 8443,
    at: '1970-01-01T00:00:00.000Z',
    large: '1152921504606846976',
  })
})

test('openLogger() keeps quiet below its level', () => {
  let lines = 0
  const log = openLogger({ level: 'warn', destination: { write: () => lines++ } })
  log.debug({}, 'a')
  log.info({}, 'b')
  expect(lines).toBe(0)
  log.warn({}, 'c')
  log.error({}, 'd')
  expect(lines).toBe(2)
})

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJlaHVudGVyMg'

test.each<[string, LogFields]>([
  ['an authorization header', { headers: { authorization: 'Bearer hunter2hunter2', host: 'gate' } }],
  ['a proof and a cookie', { headers: { DPoP: 'hunter2', cookie: 'hunter2', 'set-cookie': 'hunter2' } }],
  [
    'tokens and passwords by name',
    { accessToken: 'hunter2', id_token: 'hunter2', passphrase: 'hunter2', clientSecret: 'hunter2' },
  ],
  ['keys by name', { privateKey: 'hunter2', wrapped_key: 'hunter2', keyPem: 'hunter2', dek: 'hunter2' }],
  ['a token in text', { reason: `cannot read ${jwt}, want another`, deep: [{ text: jwt }] }],
  ['a bearer token in text', { reason: 'sent Bearer hunter2hunter2hunter2' }],
  ['a private key in text', { text: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
  ['a password in a URL', { url: 'postgres://gate:hunter2@db/sallyport' }],
  ['bytes', { bytes: new TextEncoder().encode('hunter2') }],
  [
    'a row in an error',
    { error: Object.assign(new Error('failed'), { detail: 'Key (name)=(hunter2) exists', code: '23505' }) },
  ],
  ['a token in the cause of an error', { error: new Error('failed', { cause: new Error(`of ${jwt}`) }) }],
])('openLogger() hides %s', (_, fields) => {
  const text = JSON.stringify(logged(fields))
  expect(text).not.toMatch(/hunter2|aHVudGVyMg|odW50ZXIy/)
  expect(text).toContain('said')
})

test('openLogger() hides a token in the message itself', () => {
  expect(JSON.stringify(logged({}, `got ${jwt}`))).not.toContain('eyJhbGci')
})

test('openLogger() keeps what locates an error', () => {
  const line = logged({
    error: Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'ECONNRESET' }),
  })
  expect(line['error']).toMatchObject({
    type: 'Error',
    message: 'outer',
    code: 'ECONNRESET',
    cause: { type: 'TypeError', message: 'inner' },
  })
})

test('openLogger() survives fields without an end', () => {
  const loop: Record<string, unknown> = {}
  loop['again'] = loop
  expect(JSON.stringify(logged({ loop }))).toContain('[deep]')
})

test('openMetrics() writes OpenMetrics text', async () => {
  const metrics = openMetrics()
  metrics.counter({ name: 'decisions', help: 'Decisions.', labels: ['effect'] }).add(2, { effect: 'permit' })
  metrics.gauge({ name: 'pending_entries', help: 'Entries.' }).set(3)
  metrics.histogram({ name: 'decision_seconds', help: 'Time.', buckets: [0.1, 1] }).observe(0.5)
  const text = await metrics.text()
  expect(metrics.contentType).toContain('application/openmetrics-text')
  expect(text).toContain('decisions_total{effect="permit"} 2')
  expect(text).toContain('pending_entries 3')
  expect(text).toContain('decision_seconds_bucket{le="1"} 1')
  expect(text.trimEnd().endsWith('# EOF')).toBe(true)
})

test('openMetrics() refuses a name twice and labels that would name people, documents or secrets', () => {
  const metrics = openMetrics()
  metrics.counter({ name: 'once', help: 'Once.' })
  expect(() => metrics.counter({ name: 'once', help: 'Twice.' })).toThrow('already been registered')
  for (const label of ['person', 'user_id', 'document', 'resource_id', 'token', 'file_name', 'ip']) {
    expect(() => metrics.gauge({ name: `by_${label}`, help: 'No.', labels: [label] })).toThrow('may name a person')
  }
})
