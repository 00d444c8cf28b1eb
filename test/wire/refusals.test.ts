// Every reason to refuse a rewrap in every form that it can be asked in: the refusal has that form's own shape, says the same,
// and leaves the same entries, whatever the form.

import { generateKeyPairSync } from 'node:crypto'
import { Code } from '@connectrpc/connect'
import { Problem, toBase64, type Reason } from '@sallyport/protocol'
import { AccessService } from '@sallyport/protocol/kas'
import { writeKeyAccess } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KasDoorParts } from '../../server/src/doors/kas/index.ts'
import {
  ecPair,
  openReleased,
  openTestGate,
  pemOf,
  requestToken,
  wrapFile,
  type RewrapJson,
  type TestGate,
  type WrappedFile,
} from '../../server/src/doors/kas/testing.ts'
import { callForms, callIn, named, rewrapAlias, type Outcome, type Place } from './forms.ts'

const client = ecPair()
const method = AccessService.method.rewrap
const forms = [...callForms, rewrapAlias]

const expired: Reason = {
  code: 'licence-expired',
  text: 'Licence DSP-5 050123 has expired.',
  fix: 'The officer registers its successor.',
  ask: 'officer',
}
const watermark = {
  id: 'w',
  fqn: 'https://sallyport.test/obl/drm/value/watermark',
  text: 'Watermark it.',
  source: null,
}

let gate: TestGate
let here: Place
beforeAll(async () => {
  gate = await openTestGate()
  gate.verdicts.set('ada', { effect: 'permit' })
  gate.verdicts.set('noura', { effect: 'deny', reasons: [expired] })
  gate.verdicts.set('olga', { effect: 'permit', obligations: [watermark] })
  here = await gate.withTls()
})
afterAll(() => gate.stop())

/** What is asked, in either version of the body. */
interface Asked {
  readonly policy: string
  readonly keyAccess: unknown
  readonly clientPublicKey?: string
}
type Version = 1 | 2

function bodyOf(version: Version, { policy, keyAccess, clientPublicKey = pemOf(client.publicKey) }: Asked) {
  if (version === 1) return { clientPublicKey, policy, keyAccess }
  const keyAccessObjects = [{ keyAccessObjectId: 'kao-0', keyAccessObject: keyAccess }]
  return { clientPublicKey, requests: [{ policy: { id: 'policy', body: policy }, keyAccessObjects }] }
}

const askedFor = (file: WrappedFile, change: Record<string, unknown> = {}): Asked => ({
  policy: file.policy,
  keyAccess: { ...writeKeyAccess(file.access), ...change },
})

interface Refusal {
  readonly name: string
  /** Who asks; `null` for nobody who signed in. */
  readonly subject?: string | null
  readonly asked?: (file: WrappedFile) => Asked
  readonly requestToken?: (version: Version) => Promise<string>
  readonly headers?: Record<string, string>
  readonly changes?: () => Partial<KasDoorParts>
  /** `whole`: the call fails; otherwise it is answered and each key says why it is not released. */
  readonly whole?: true
  readonly code: Code
  readonly text: string
  /** Kind of each, and its faults where it has some. */
  readonly entries: readonly (readonly [string] | readonly [string, readonly string[]])[]
}

const forbidden = { code: Code.PermissionDenied, text: 'forbidden' }
const badRequest = { code: Code.InvalidArgument, text: 'bad request' }
const notAccepted = { code: Code.InvalidArgument, text: 'key not accepted' }
const refused = (fault: string) => [['release.refused', [fault]]] as const
const failed = (fault: string) => [['decision.permit'], ['release.failed', [fault]]] as const

function altered(bytes: Uint8Array): string {
  const changed = new Uint8Array(bytes)
  changed[20] = (changed[20] ?? 0) ^ 1
  return toBase64(changed)
}

const refusals: readonly Refusal[] = [
  { name: 'a decision to deny', subject: 'noura', ...forbidden, entries: [['decision.deny']] },
  { name: 'nobody of the roster', subject: 'mallory', ...forbidden, entries: [['decision.deny']] },
  {
    name: 'an obligation that is not declared',
    subject: 'olga',
    ...forbidden,
    entries: [['decision.permit'], ['release.refused', ['obligation']]],
  },
  {
    name: 'a policy that cannot be read',
    asked: (file) => ({ ...askedFor(file), policy: 'bm8ganNvbg==' }),
    ...badRequest,
    entries: refused('policy'),
  },
  {
    name: 'a key access object that cannot be read',
    asked: ({ policy }) => ({ policy, keyAccess: 'no object' }),
    ...badRequest,
    entries: refused('key-access'),
  },
  {
    name: 'a kind of wrap that is not known',
    asked: (file) => askedFor(file, { type: 'mlkem-wrapped' }),
    ...notAccepted,
    entries: refused('unknown-key'),
  },
  {
    name: 'a key of another gate',
    asked: (file) => askedFor(file, { kid: 'another' }),
    ...notAccepted,
    entries: failed('unknown-key'),
  },
  {
    name: 'a binding to another policy',
    asked: (file) => askedFor(file, { policyBinding: { alg: 'HS256', hash: wrapFile(gate).access.binding } }),
    ...badRequest,
    entries: failed('binding'),
  },
  {
    name: 'a share that was altered',
    asked: (file) => askedFor(file, { wrappedKey: altered(file.access.wrappedKey) }),
    ...badRequest,
    entries: failed('unwrap'),
  },
  {
    name: 'a decision that cannot be made',
    changes: () => ({
      decide: () => Promise.reject(new Problem('unavailable', 'cannot decide: no database, want one')),
    }),
    code: Code.Unavailable,
    text: 'try again later',
    entries: [],
  },
  {
    name: 'a decision that is too large to be recorded',
    changes: () => ({ decide: () => Promise.reject(new Problem('invalid-request', 'cannot record: too large')) }),
    ...badRequest,
    entries: refused('record'),
  },
  {
    name: 'a fault of the gate',
    changes: () => ({ release: { releaseShares: () => Promise.reject(new TypeError('secret internals')) } }),
    code: Code.Internal,
    text: 'internal error',
    entries: [['decision.permit']],
  },
  {
    name: 'a request token that is none',
    requestToken: () => Promise.resolve('a.b'),
    whole: true,
    code: Code.InvalidArgument,
    text: 'cannot read request token: it is not a jwt, want a signed jwt with a request',
    entries: refused('request-token'),
  },
  {
    name: 'a request body that is none',
    requestToken: () => requestToken('{'),
    whole: true,
    code: Code.InvalidArgument,
    text: 'cannot read rewrap request: it has another shape at , want policies with their keys',
    entries: refused('request-body'),
  },
  {
    name: 'a client key that is too weak',
    asked: (file) => ({
      ...askedFor(file),
      clientPublicKey: pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    }),
    whole: true,
    code: Code.InvalidArgument,
    text: 'cannot use client key',
    entries: refused('client-key'),
  },
  {
    name: 'a context that cannot be read',
    headers: { 'x-rewrap-additional-context': 'bm8=' },
    whole: true,
    code: Code.InvalidArgument,
    text: 'cannot read x-rewrap-additional-context',
    entries: refused('additional-context'),
  },
  {
    name: 'an attempt that cannot be recorded',
    requestToken: () => Promise.resolve('a.b'),
    changes: () => ({
      ledger: { append: () => Promise.reject(new Problem('unavailable', 'cannot append: no database, want one')) },
    }),
    whole: true,
    code: Code.Unavailable,
    text: 'cannot append: no database, want one',
    entries: [],
  },
  {
    name: 'no token',
    subject: null,
    whole: true,
    code: Code.Unauthenticated,
    text: 'cannot verify sign-in: there is no token, want one',
    entries: [],
  },
  {
    name: 'a token of nobody that the gate believes',
    headers: { authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V2aWwudGVzdCJ9.AAAA' },
    whole: true,
    code: Code.Unauthenticated,
    text: 'cannot verify sign-in: the issuer of the token is not one that this gate believes',
    entries: [],
  },
]

async function newEntries<T>(act: () => Promise<T>) {
  await gate.ledger.sequenceOnce()
  const { size } = await gate.ledger.head()
  const outcome = await act()
  return { outcome, entries: await gate.recorded(size) }
}

function expectRefusal({ whole, code, text }: Refusal, version: Version, { fault, answer }: Outcome): void {
  if (whole === true || version === 1) {
    expect(fault).toEqual({ code, message: expect.stringContaining(text) as string })
    expect(answer).toBeNull()
    return
  }
  expect(fault).toBeNull()
  const { responses, sessionPublicKey } = answer as unknown as RewrapJson
  expect(responses).toMatchObject([{ policyId: 'policy', results: [{ keyAccessObjectId: 'kao-0', status: 'fail' }] }])
  // SPEC: clients read the code and the text by these words.
  const prefix = Code[code].replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()
  const error = `${prefix}: request error\nrpc error: code = ${Code[code]} desc = ${text}`
  expect(responses?.[0]?.results[0]?.error).toBe(error)
  expect(JSON.stringify({ responses, sessionPublicKey })).not.toContain('secret')
}

describe.each([2, 1] as const)('a rewrap in version %d', (version) => {
  test.each(refusals)('that is refused for $name is so in every form, with the same on record', async (refusal) => {
    const { subject = 'ada', asked = askedFor, headers = {}, changes } = refusal
    const place = changes === undefined ? here : await gate.withTls(changes())
    const signedRequestToken =
      (await refusal.requestToken?.(version)) ?? (await requestToken(bodyOf(version, asked(wrapFile(gate)))))
    const signIn: Record<string, string> =
      subject === null ? {} : { authorization: `Bearer ${await gate.token(subject)}` }
    const recorded: unknown[] = []
    for (const form of forms) {
      const { outcome, entries } = await newEntries(() =>
        callIn(form, place, method, { signedRequestToken }, { ...signIn, ...headers }),
      )
      try {
        expectRefusal(refusal, version, outcome)
        expect(
          entries.map(({ kind, body }) => (body['faults'] === undefined ? [kind] : [kind, body['faults']])),
        ).toEqual(refusal.entries)
      } catch (error) {
        throw new Error(`in ${named(form)}`, { cause: error })
      }
      recorded.push(entries.map(({ kind, actor, body }) => ({ kind, actor, body: { ...body, decision: null } })))
    }
    for (const other of recorded) expect(other).toEqual(recorded[0])
  })

  test.each(forms.map((form) => [named(form), form] as const))(
    'that is permitted releases the share: %s',
    async (_, form) => {
      const file = wrapFile(gate)
      const signedRequestToken = await requestToken(bodyOf(version, askedFor(file)))
      const headers = { authorization: `Bearer ${await gate.token('ada')}` }
      const { fault, answer } = await callIn(form, here, method, { signedRequestToken }, headers)
      expect(fault).toBeNull()
      const { responses, sessionPublicKey = '', entityWrappedKey } = answer as unknown as RewrapJson
      const wrapped = version === 1 ? entityWrappedKey : responses?.[0]?.results[0]?.kasWrappedKey
      expect(openReleased(client, sessionPublicKey, wrapped ?? '')).toEqual(file.share)
    },
  )
})
