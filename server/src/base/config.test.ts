import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { format } from 'oxfmt'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { Problem } from '@sallyport/protocol'
import { configJsonSchema } from './config-schema.ts'
import { loadConfig, unknownVariables, type Environment } from './config.ts'

const whole = `
publicUrl: https://gate.example.com
listen:
  main: { host: 0.0.0.0, port: 443, tls: { cert: tls/cert.pem, key: /etc/tls/key.pem } }
data: ./data
database: postgres://db.example.com/sallyport
objects: { kind: folder, path: ./objects }
files: { alsoWrapTo: ['https://second.example.com'] }
keys: { provider: software, passphraseFile: passphrase }
issuers:
  - issuer: https://login.microsoftonline.us/11111111-2222-3333-4444-555555555555/v2.0
    audience: api://sallyport
    subject: [tid, oid]
    purposes: [console, kas]
    ca: ca.pem
    clients:
      - { id: cli, dpop: optional }
    browser: { id: works, name: Works, clientId: gate, clientSecretFile: oidc-secret }
sessions: { idleMinutes: 10 }
passkeys: { deviceBound: required }
network:
  places: [{ name: plant, cidr: [10.1.0.0/16, 'fd00::/8'], country: US }]
  trustedProxies: [127.0.0.1/32]
doors: { kas: { enabled: true, rsaUnwrap: true, minimumStrengthBits: 128 } }
ledger: { openTo: places, timestamps: { url: 'http://tsa.example.com/', ca: tsa.pem } }
testMode: false
backups: { everyDays: 1 }
mail:
  host: mail.example.com
  user: gate
  passwordFile: mail-password
  from: gate@Example.com
  ca: /etc/mail-ca.pem
metrics: { tokenFile: token }
`

const load = (text: string, env: Environment = {}) => loadConfig({ file: '/etc/sallyport/gate.yaml', text, env })

function faultsOf(text: string, env: Environment = {}): unknown {
  try {
    load(text, env)
  } catch (error) {
    if (error instanceof Problem) return error.details['faults']
    throw error
  }
  return []
}

test('loadConfig() reads a whole file, its paths from its own folder', () => {
  expect(load(whole)).toEqual({
    publicUrl: 'https://gate.example.com',
    listen: {
      main: { host: '0.0.0.0', port: 443, tls: { cert: '/etc/sallyport/tls/cert.pem', key: '/etc/tls/key.pem' } },
    },
    data: '/etc/sallyport/data',
    database: 'postgres://db.example.com/sallyport',
    objects: { kind: 'folder', path: '/etc/sallyport/objects' },
    files: { alsoWrapTo: ['https://second.example.com'] },
    keys: { provider: 'software', passphraseFile: '/etc/sallyport/passphrase' },
    issuers: [
      {
        issuer: 'https://login.microsoftonline.us/11111111-2222-3333-4444-555555555555/v2.0',
        audience: 'api://sallyport',
        subject: ['tid', 'oid'],
        purposes: ['console', 'kas'],
        ca: '/etc/sallyport/ca.pem',
        browser: {
          id: 'works',
          name: 'Works',
          clientId: 'gate',
          clientSecretFile: '/etc/sallyport/oidc-secret',
          scope: 'openid',
        },
        clients: [{ id: 'cli', dpop: 'optional', nonce: 'off', tolerate: [] }],
      },
    ],
    network: {
      places: [{ name: 'plant', cidr: ['10.1.0.0/16', 'fd00::/8'], country: 'US' }],
      trustedProxies: ['127.0.0.1/32'],
    },
    doors: { kas: { enabled: true, rsaUnwrap: true, minimumStrengthBits: 128, browserOrigins: [] } },
    sessions: { lifetimeMinutes: 480, idleMinutes: 10 },
    passkeys: { enabled: true, deviceBound: 'required' },
    ledger: {
      openTo: 'places',
      readBeforeServing: 250_000,
      timestamps: { url: 'http://tsa.example.com/', ca: '/etc/sallyport/tsa.pem', everyHours: 24 },
    },
    testMode: false,
    backups: { everyDays: 1, drillEveryDays: 90 },
    mail: {
      host: 'mail.example.com',
      port: 587,
      tls: 'starttls',
      user: 'gate',
      passwordFile: '/etc/sallyport/mail-password',
      from: 'gate@example.com',
      ca: '/etc/mail-ca.pem',
    },
    metrics: { tokenFile: '/etc/sallyport/token' },
  })
})

test('loadConfig() needs nothing, and then listens on loopback with everything embedded', () => {
  expect(loadConfig({ env: {} })).toEqual({
    publicUrl: 'https://localhost:8443',
    listen: { main: { host: '127.0.0.1', port: 8443 } },
    data: join(process.cwd(), 'data'),
    database: 'embedded',
    objects: { kind: 'folder' },
    files: { alsoWrapTo: [] },
    keys: { provider: 'software' },
    issuers: [],
    network: { places: [], trustedProxies: [] },
    doors: { kas: { enabled: true, rsaUnwrap: false, minimumStrengthBits: 112, browserOrigins: [] } },
    sessions: { lifetimeMinutes: 480, idleMinutes: 15 },
    passkeys: { enabled: true, deviceBound: 'any' },
    ledger: { openTo: 'anybody', readBeforeServing: 250_000 },
    testMode: false,
    backups: { everyDays: 7, drillEveryDays: 90 },
    metrics: {},
  })
})

test.each(['localhost', '127.0.0.1', '::1'])('loadConfig() takes mail in the clear at %s', (host) => {
  const { mail } = load(`mail: { host: '${host}', from: gate@gate.example, tls: none }`)
  expect(mail).toEqual({ host, port: 587, tls: 'none', from: 'gate@gate.example' })
})

test('loadConfig() lets the environment decide over the file', () => {
  const config = load(whole, {
    SALLYPORT_PUBLIC_URL: 'https://other.example.com',
    SALLYPORT_LISTEN_MAIN_PORT: '9443',
    SALLYPORT_LISTEN_MAIN_TLS_CERT: 'env.pem',
    SALLYPORT_DOORS_KAS_MINIMUM_STRENGTH_BITS: '112',
    SALLYPORT_TEST_MODE: 'true',
    SALLYPORT_ISSUERS: '[{"issuer": "http://127.0.0.1:4000", "audience": "1", "purposes": ["kas"]}]',
    SALLYPORT_NETWORK_TRUSTED_PROXIES: '[10.0.0.0/8]',
    SALLYPORT_DATA: '',
    DATABASE_URL: 'postgres://gate:secret@db/sallyport',
  })
  expect(config.publicUrl).toBe('https://other.example.com')
  expect(config.listen.main).toMatchObject({
    port: 9443,
    tls: { cert: '/etc/sallyport/env.pem', key: '/etc/tls/key.pem' },
  })
  expect(config.doors.kas.minimumStrengthBits).toBe(112)
  expect(config.issuers).toMatchObject([
    { issuer: 'http://127.0.0.1:4000', audience: '1', subject: ['sub'], clients: [] },
  ])
  expect(config.network.trustedProxies).toEqual(['10.0.0.0/8'])
  expect(config.data).toBe('/etc/sallyport/data')
  expect(config.database).toBe('postgres://gate:secret@db/sallyport')
  const both = { DATABASE_URL: 'postgres://one/x', SALLYPORT_DATABASE: 'postgres://two/x' }
  expect(load(whole, both).database).toBe('postgres://two/x')
})

test('loadConfig() names file, line, column and key of every fault', () => {
  const text =
    'publicUrl: http://gate\nlisten:\n  main:\n    port: many\n    hots: x\nissuers:\n  - issuer: https://a\n    purposes: [kas, fun]\n'
  expect(faultsOf(text)).toEqual([
    '/etc/sallyport/gate.yaml:1:12: publicUrl: want https://host or https://host:port, nothing after it',
    '/etc/sallyport/gate.yaml:4:11: listen.main.port: expected number, received string',
    '/etc/sallyport/gate.yaml:5:5: listen.main.hots: is not a key of the configuration',
    '/etc/sallyport/gate.yaml:7:5: issuers.0.audience: expected string, received undefined',
    '/etc/sallyport/gate.yaml:8:21: issuers.0.purposes.1: expected one of "console"|"kas"|"authzen"',
  ])
})

test('loadConfig() names the variable of a fault in the environment', () => {
  expect(faultsOf('', { SALLYPORT_LISTEN_MAIN_PORT: 'many', SALLYPORT_TEST_MODE: 'yes' })).toEqual([
    'SALLYPORT_LISTEN_MAIN_PORT: listen.main.port: expected number, received string',
    'SALLYPORT_TEST_MODE: testMode: expected boolean, received string',
  ])
  expect(faultsOf('', { SALLYPORT_ISSUERS: '[{' })).toEqual(['SALLYPORT_ISSUERS: is not array'])
  expect(faultsOf('', { SALLYPORT_ISSUERS: '[{}]' })).toContain(
    'SALLYPORT_ISSUERS: issuers.0.issuer: expected string, received undefined',
  )
})

test.each([
  ['a key twice', 'data: a\ndata: b', ':2:1: Map keys must be unique'],
  ['broken YAML', 'listen: {main: [', ':1:17: '],
  ['two documents', 'data: a\n---\ndata: b', ':2:1: '],
  ['an unknown tag', 'data: !!js/function x', ':1:7: Unresolved tag'],
  ['no map', '- data', ':1:1: expected object, received array'],
  ['a prototype', '__proto__: {testMode: true}', ':1:1: __proto__: is not a key'],
  ['aliases without end', bomb(), 'its aliases expand too far'],
  ['a password in the file', 'database: postgres://u:hunter2@db/x', ':1:11: database: holds a password'],
  ['a password in the query', 'database: postgres://db/x?password=hunter2', ':1:11: database: holds a password'],
  ['another database', 'database: mysql://db', ':1:11: database: want embedded, or a postgres:// URL'],
  [
    'both sealing keys',
    'keys: {passphraseFile: a, keyFile: b}',
    'keys.keyFile: want passphraseFile or keyFile, not both',
  ],
  ['a public path', 'publicUrl: https://gate/x', 'publicUrl: want https://host'],
  [
    'an http issuer',
    'issuers: [{issuer: http://a, audience: b, purposes: [kas]}]',
    ':1:20: issuers.0.issuer: want https',
  ],
  [
    'a far http issuer',
    'testMode: true\nissuers: [{issuer: http://localhost.example, audience: b, purposes: [kas]}]',
    'issuers.0.issuer: want https',
  ],
  [
    'an issuer twice',
    'issuers: [&a {issuer: https://a, audience: b, purposes: [kas]}, *a]',
    'issuers: want each issuer and audience once',
  ],
  [
    'two browsers of one id',
    `issuers:
  - {issuer: https://a, audience: b, purposes: [console], browser: {id: x, name: A, clientId: c}}
  - {issuer: https://b, audience: b, purposes: [console], browser: {id: x, name: B, clientId: c}}`,
    'issuers: want each browser.id once',
  ],
  ['a session that never ends', 'sessions: { lifetimeMinutes: 10000 }', 'sessions.lifetimeMinutes: '],
  ['no address range', 'network: {trustedProxies: [everyone]}', 'network.trustedProxies.0: want an address range'],
  [
    'a place in no country',
    'network: {places: [{name: a, cidr: [10.0.0.0/8], country: UK}]}',
    'network.places.0.country: UK is no country of ISO 3166-1, want GB',
  ],
  ['mail in the clear', 'mail: {host: mail.example.com, from: g@a.example, tls: none}', 'mail: want tls: none on loop'],
  [
    'a mail password in the file',
    'mail: {host: a.b, from: g@a.example, user: u, password: hunter2}',
    'mail.password: is not a',
  ],
  ['a login without a password', 'mail: {host: a.b, from: g@a.example, user: u}', 'mail: want user and passwordFile'],
  ['a sender with a name', 'mail: {host: a.b, from: "Gate <g@a.example>"}', 'mail.from: want a mail address'],
  ['a mail host with a line break', 'mail: {host: "a\\r\\nb", from: g@a.example}', 'mail.host: want a host name'],
  [
    'a page of no origin',
    'doors: {kas: {browserOrigins: [https://pages.test/x]}}',
    'doors.kas.browserOrigins.0: want https://host or https://host:port, nothing after it',
  ],
  [
    'a split with itself',
    "publicUrl: https://a.example\nfiles: { alsoWrapTo: ['https://a.example'] }",
    'files.alsoWrapTo.0: want another gate than this one',
  ],
  ['a split with a path', "files: { alsoWrapTo: ['https://a.example/kas'] }", 'files.alsoWrapTo.0: want https://host'],
  ['a weak strength', 'doors: {kas: {minimumStrengthBits: 80}}', 'doors.kas.minimumStrengthBits: want 112 or 128'],
])('loadConfig() refuses %s', (_, text, expected) => {
  const faults = faultsOf(text)
  expect(faults).toEqual(expect.arrayContaining([expect.stringContaining(expected)]))
  expect(JSON.stringify(faults)).not.toContain('hunter2')
})

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join()}]`)
  return `k0: &k0 [x]\n${levels.join('\n')}`
}

test('loadConfig() reads where a token is, its paths from its own folder', () => {
  const keys = 'provider: pkcs11, library: /usr/lib/vendor.so, tokenLabel: gate, pinFile: pin'
  expect(load(`keys: { ${keys} }`).keys).toEqual({
    provider: 'pkcs11',
    library: '/usr/lib/vendor.so',
    tokenLabel: 'gate',
    pinFile: '/etc/sallyport/pin',
  })
})

test.each([
  ['a token without a library', 'provider: pkcs11, tokenLabel: a, pinFile: pin', 'keys.library: want it for'],
  ['a token without a PIN file', 'provider: pkcs11, tokenLabel: a, library: l.so', 'keys.pinFile: want it for'],
  ['a token without a name', 'provider: pkcs11, library: l.so, pinFile: pin', 'want tokenLabel or tokenSerial'],
  [
    'a token with two names',
    'provider: pkcs11, library: l.so, pinFile: pin, tokenLabel: a, tokenSerial: b',
    'want tokenLabel or tokenSerial',
  ],
  [
    'a sealed keystore beside a token',
    'provider: pkcs11, library: l.so, pinFile: pin, tokenLabel: a, keyFile: k',
    'keys.keyFile: is not for provider pkcs11',
  ],
  ['a token beside a sealed keystore', 'keyFile: k, library: l.so', 'keys.library: is not for provider software'],
])('loadConfig() refuses %s', (_, keys, expected) => {
  expect(faultsOf(`keys: { ${keys} }`)).toEqual([expect.stringContaining(expected)])
})

test('loadConfig() reads any text or refuses it with a problem, and nothing else', () => {
  const word = fc.constantFrom(
    'listen',
    'main',
    'data',
    'issuers',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    '"',
    '1',
    'x',
    '#',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 25 }), (words) => {
      const faults = faultsOf(words.join(''))
      expect(Array.isArray(faults)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('loadConfig() reads from the disk, and says when there is nothing to read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-'))
  const file = join(folder, 'gate.yaml')
  expect(() => loadConfig({ file, env: {} })).toThrow(`${file}: ENOENT`)
  await writeFile(file, 'data: here')
  expect(loadConfig({ file, env: {} }).data).toBe(join(folder, 'here'))
  await writeFile(file, `#${'x'.repeat(1_000_001)}`)
  expect(() => loadConfig({ file, env: {} })).toThrow('larger than 1 MB')
  await rm(folder, { recursive: true })
})

test('unknownVariables() finds the misspelt, and no others', () => {
  const env = { SALLYPORT_TESTMODE: 'true', SALLYPORT_TEST_MODE: 'true', DATABASE_URL: 'x', HOME: '/' }
  expect(unknownVariables(env)).toEqual(['SALLYPORT_TESTMODE'])
})

// After a change of the schema: npx vitest run server/src/base/config.test.ts -u
test('configJsonSchema() is the published one, and takes and refuses what loadConfig() does', async () => {
  const { code } = await format('config.schema.json', JSON.stringify(configJsonSchema()), { printWidth: 120 })
  await expect(code).toMatchFileSnapshot('../../config.schema.json')
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configJsonSchema())
  expect(validate(parse(whole))).toBe(true)
  expect(validate({})).toBe(true)
  expect(validate({ listen: { main: { hots: 'x' } } })).toBe(false)
  expect(validate({ database: 'mysql://db' })).toBe(false)
})
