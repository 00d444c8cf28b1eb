// The configuration's shape: every key, its meaning, its default and its limits. Unknown keys are refused, so that a
// misspelt one is never silently the default. server/config.schema.json is written from here, for editors.

import { countryToday, mailAddress } from '@sallyport/protocol'
import { z } from 'zod'

const file = z.string().min(1).max(4096)
const addressRange = z.union([z.cidrv4(), z.cidrv6()], { error: 'want an address range such as 10.1.0.0/16' })
const webAddress = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[^\s@]+$/, 'want an http(s) URL without credentials')
const uniqueBy = <T>(name: (item: T) => string, what: string) => ({
  check: (items: readonly T[]) => new Set(items.map(name)).size === items.length,
  message: `want each ${what} once`,
})

const listener = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1').describe('Address or name to listen on'),
  port: z.int().min(0).max(65_535).default(8443).describe('TCP port; 0 lets the system choose'),
  tls: z
    .strictObject({ cert: file.describe('PEM file, leaf first'), key: file.describe('PEM file') })
    .optional()
    .describe('Certificate to serve with. Absent: one signed by a private authority of this data folder'),
})

const toleratedFaults = ['path-only-htu', 'bearer-with-proof', 'missing-ath', 'foreign-request-signature'] as const

const client = z.strictObject({
  id: z.string().min(1).max(256).describe('The client id that the issuer puts into its tokens (azp or client_id)'),
  dpop: z.enum(['required', 'optional']).default('required').describe('Whether tokens must be bound by DPoP'),
  nonce: z.enum(['required', 'off']).default('off').describe('Whether proofs must carry a nonce of this gate'),
  tolerate: z
    .array(z.enum(toleratedFaults))
    .default([])
    .describe('Known faults of this client that are let pass; see the guide to interoperability'),
})
const oneId = uniqueBy<z.output<typeof client>>(({ id }) => id, 'client id')

const issuer = z.strictObject({
  issuer: webAddress.describe('The iss of its tokens, exactly'),
  audience: z.string().min(1).max(512).describe('The aud that its tokens must name'),
  jwksUri: webAddress.optional().describe('Where its keys are. Absent: as its OpenID configuration says'),
  subject: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(4)
    .default(['sub'])
    .describe('The claims that together name one person, and never another one later'),
  purposes: z
    .array(z.enum(['console', 'kas', 'authzen']))
    .min(1)
    .describe('What its tokens are believed for'),
  clients: z
    .array(client)
    .max(100)
    .default([])
    .refine(oneId.check, oneId.message)
    .describe('The clients whose tokens are taken. Empty: any client of this issuer, bound by DPoP'),
  ca: file.optional().describe('PEM file of the authorities that its server certificate may come from'),
  signIn: z
    .strictObject({
      clientId: z.string().min(1).max(256).describe('The public client that the command line signs in as'),
      scope: z.string().min(1).max(1000).default('openid').describe('The scope that it asks for'),
      resource: z.string().min(1).max(512).optional().describe('The resource (RFC 8707) that it asks for, if any'),
    })
    .optional()
    .describe('How people sign in. At one issuer'),
  browser: z
    .strictObject({
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower-case letters, digits and hyphens'),
      name: z.string().min(1).max(100).describe('What the sign-in page calls it'),
      clientId: z.string().min(1).max(256).describe("The gate's own client at this issuer"),
      clientSecretFile: file.optional().describe('File whose first line is its secret. Absent: a public client'),
      scope: z.string().min(1).max(1000).default('openid').describe('The scope that it asks for'),
    })
    .optional()
    .describe('How people sign in with a browser. The answer comes to /session/callback/<id> of publicUrl'),
})
const oneBrowserId = {
  check: (all: readonly z.output<typeof issuer>[]) => {
    const ids = all.flatMap(({ browser }) => (browser === undefined ? [] : [browser.id]))
    return new Set(ids).size === ids.length
  },
  message: 'want each browser.id once',
}
const oneIssuer = uniqueBy<z.output<typeof issuer>>((item) => `${item.issuer} ${item.audience}`, 'issuer and audience')

const place = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower-case letters, digits and hyphens'),
  cidr: z.array(addressRange).min(1).max(1000),
  country: countryToday,
})
const onePlace = uniqueBy<z.output<typeof place>>(({ name }) => name, 'place')

const mail = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,255}$/, 'want a host name or an address')
      .describe('The mail server that takes messages of the gate'),
    port: z.int().min(1).max(65_535).default(587).describe('TCP port: 587 with starttls, 465 with implicit, as a rule'),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('starttls: begun in the clear and refused unless it is encrypted at once. none: on loopback alone'),
    user: z.string().min(1).max(256).optional().describe('Whom to log in as. Absent: no login'),
    passwordFile: file.optional().describe('File whose first line is the password'),
    from: mailAddress.describe('The address that notices come from, and that bounces go to'),
    ca: file.optional().describe('PEM file of the authorities that its server certificate may come from'),
  })
  .refine(
    ({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined),
    'want user and passwordFile, or neither',
  )
  .refine(({ host, tls }) => tls !== 'none' || isLoopback(host), 'want tls: none on loopback alone')

const ofToken = ['library', 'tokenLabel', 'tokenSerial', 'pinFile', 'sessions', 'deadlineMs'] as const
const ofSoftware = ['passphraseFile', 'keyFile'] as const

const keys = z
  .strictObject({
    provider: z.enum(['software', 'pkcs11']).default('software').describe('Who holds the keys'),
    passphraseFile: file.optional().describe('File whose first line is the passphrase that seals the keystore'),
    keyFile: file.optional().describe('File with the 32 bytes that seal the keystore'),
    library: file.optional().describe("The vendor's PKCS #11 library"),
    tokenLabel: z.string().min(1).max(32).optional().describe('The label of the token that holds the keys'),
    tokenSerial: z.string().min(1).max(16).optional().describe('Its serial number, where labels are not unique'),
    pinFile: file.optional().describe("File whose first line is the PIN of the token's user"),
    sessions: z.int().min(1).max(16).optional().describe('Most sessions on the token, a process each; 2 unless said'),
    deadlineMs: z
      .int()
      .min(100)
      .max(60_000)
      .optional()
      .describe('Longest wait for a call of the token, in milliseconds; 3000 unless said'),
  })
  .superRefine((written, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    for (const name of written.provider === 'pkcs11' ? ofSoftware : ofToken) {
      if (written[name] !== undefined) fault(name, `is not for provider ${written.provider}`)
    }
    if (written.provider === 'software') {
      if (written.passphraseFile !== undefined && written.keyFile !== undefined)
        fault('keyFile', 'want passphraseFile or keyFile, not both')
      return
    }
    for (const name of ['library', 'pinFile'] as const) {
      if (written[name] === undefined) fault(name, 'want it for provider pkcs11')
    }
    if ((written.tokenLabel === undefined) === (written.tokenSerial === undefined))
      fault('tokenLabel', 'want tokenLabel or tokenSerial')
  })

const certificateAuthority = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower-case letters, digits and hyphens')
    .describe('It stands in the issuer of its identities: urn:sallyport:certificate:<id>'),
  anchors: file.describe('PEM file of the roots where chains end'),
  intermediates: file.optional().describe("PEM file of what stands between them and people's certificates"),
  subject: z
    .enum(['upn', 'fascn', 'email', 'key'])
    .describe('What of a certificate names its person: an alternative name, or its key'),
  revocationLists: z
    .array(file)
    .min(1)
    .max(100)
    .describe('Files of revocation lists, PEM or DER: of each certificate that issued anything'),
})
const oneAuthority = uniqueBy<z.output<typeof certificateAuthority>>(({ id }) => id, 'authority')

const clientCertificates = z.strictObject({
  publicUrl: z
    .string()
    .refine(isOrigin, 'want https://host or https://host:port, nothing after it')
    .describe('The origin at which browsers are asked for a certificate'),
  listen: listener.prefault({ port: 8444 }).describe('Absent tls: the certificate of listen.main'),
  authorities: z
    .array(certificateAuthority)
    .min(1)
    .max(50)
    .refine(oneAuthority.check, oneAuthority.message)
    .describe('Whose certificates are taken'),
  longestListAgeHours: z
    .int()
    .min(1)
    .max(24 * 92)
    .default(48)
    .describe('A revocation list that was made longer ago is not believed, whatever it says of itself'),
})

const settings = z.strictObject({
  publicUrl: z
    .string()
    .refine(isOrigin, 'want https://host or https://host:port, nothing after it')
    .default('https://localhost:8443')
    .describe('The origin that clients use, also behind a proxy'),
  listen: z.strictObject({ main: listener.prefault({}) }).prefault({}),
  data: file.default('./data').describe('Folder for the embedded database, stored files, keys and certificates'),
  database: z
    .string()
    .regex(/^(embedded|postgres(ql)?:\/\/\S+)$/, 'want embedded, or a postgres:// URL')
    .default('embedded')
    .describe('embedded, or the URL of a PostgreSQL 15 or later. A URL with a password only by environment variable'),
  objects: z
    .strictObject({
      kind: z.literal('folder').default('folder'),
      path: file.optional().describe('Absent: objects under the data folder'),
    })
    .prefault({})
    .describe('Where stored ciphertext goes'),
  files: z
    .strictObject({
      alsoWrapTo: z
        .array(z.string().refine(isOrigin, 'want https://host or https://host:port, nothing after it'))
        .max(20)
        .default([])
        .describe(
          'Origins of other gates that a file may be split with, so that each of them has to release its share',
        ),
    })
    .prefault({}),
  keys: keys.prefault({}),
  issuers: z
    .array(issuer)
    .max(100)
    .default([])
    .refine(oneIssuer.check, oneIssuer.message)
    .refine((all) => all.filter(({ signIn }) => signIn !== undefined).length <= 1, 'want signIn at one issuer')
    .refine(oneBrowserId.check, oneBrowserId.message)
    .describe('Whose tokens are believed, for which purpose'),
  sessions: z
    .strictObject({
      lifetimeMinutes: z.int().min(5).max(1440).default(480).describe('How long a session lives whatever is done'),
      idleMinutes: z.int().min(1).max(720).default(15).describe('How long it lives without being used'),
    })
    .prefault({})
    .describe('Sessions of people who signed in at the gate itself'),
  passkeys: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether people may sign in with passkeys'),
      deviceBound: z
        .enum(['required', 'any'])
        .default('any')
        .describe('required: only passkeys that cannot leave their device, as it says itself'),
    })
    .prefault({}),
  clientCertificates: clientCertificates
    .optional()
    .describe('Sign-in with client certificates (PIV, CAC), at a listener of its own. Absent: none are asked for'),
  network: z
    .strictObject({
      places: z
        .array(place)
        .max(1000)
        .default([])
        .refine(onePlace.check, onePlace.message)
        .describe('Networks whose place is known; any other address is at an unknown place'),
      trustedProxies: z.array(addressRange).max(100).default([]).describe('Proxies whose X-Forwarded-For is believed'),
    })
    .prefault({}),
  doors: z
    .strictObject({
      kas: z
        .strictObject({
          enabled: z.boolean().default(true),
          rsaUnwrap: z.boolean().default(false).describe('Also take keys that were wrapped with RSA instead of EC'),
          minimumStrengthBits: z
            .union([z.literal(112), z.literal(128)], { error: 'want 112 or 128' })
            .default(112)
            .describe('Least strength of a client key that a key is rewrapped to'),
          browserOrigins: z
            .array(z.string().refine(isOrigin, 'want https://host or https://host:port, nothing after it'))
            .max(100)
            .default([])
            .describe('Origins of web pages that may call from a browser'),
        })
        .prefault({}),
    })
    .prefault({}),
  ledger: z
    .strictObject({
      openTo: z
        .enum(['anybody', 'places'])
        .default('anybody')
        .describe('Who may fetch checkpoints and hash tiles without signing in. places: only from network.places'),
      readBeforeServing: z
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .default(250_000)
        .describe('Newest entries that a start reads before it serves, 5 s or so; it reads the rest while it serves'),
      timestamps: z
        .strictObject({
          url: webAddress.describe('Where the authority takes questions (RFC 3161 over HTTP)'),
          ca: file.describe('PEM file of the roots that its timestamps come from'),
          everyHours: z.int().min(1).max(8760).default(24).describe('Hours from one timestamp to the next'),
        })
        .optional()
        .describe('The authority that stamps checkpoints. Absent: none is asked'),
    })
    .prefault({}),
  testMode: z
    .boolean()
    .default(false)
    .describe('Allow issuers over http on loopback. Never beside a production enclave'),
  backups: z
    .strictObject({
      everyDays: z.int().min(1).max(366).default(7).describe('Days after which another backup is due'),
      drillEveryDays: z.int().min(1).max(3660).default(90).describe('Days after which another drill is due'),
    })
    .prefault({}),
  mail: mail.optional().describe('Where notices of requests for approval go out. Absent: none are sent'),
  metrics: z
    .strictObject({ tokenFile: file.optional().describe('File with the bearer token that may read /metrics') })
    .prefault({}),
})

/** The configuration. Paths are still as they were written. */
export const configSchema = settings.superRefine((config, context) => {
  for (const [i, origin] of config.files.alsoWrapTo.entries()) {
    // A share for this very gate would split nothing.
    if (origin !== config.publicUrl) continue
    context.addIssue({ code: 'custom', path: ['files', 'alsoWrapTo', i], message: 'want another gate than this one' })
  }
  if (config.clientCertificates?.publicUrl === config.publicUrl) {
    const path = ['clientCertificates', 'publicUrl']
    context.addIssue({ code: 'custom', path, message: 'want another origin than publicUrl' })
  }
  for (const [i, { issuer, jwksUri }] of config.issuers.entries()) {
    for (const [key, address] of Object.entries({ issuer, jwksUri })) {
      if (address === undefined || isAllowedIssuer(address, config.testMode)) continue
      context.addIssue({
        code: 'custom',
        path: ['issuers', i, key],
        message: 'want https (http on loopback needs testMode)',
      })
    }
  }
})

export type Config = z.output<typeof configSchema>

/** The published JSON Schema (2020-12) of the file. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' })
  return { ...($schema === undefined ? {} : { $schema }), title: 'Sallyport configuration', ...rest }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && text.startsWith('https://') && new URL(text).origin === text
}

function isAllowedIssuer(address: string, testMode: boolean): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:') return true
  return testMode && protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host)
}
