// Proofs of possession in every form of a call: what a client owes, how it is told, and that one proof is good for one call.

import type { DescMethodUnary } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { AccessService, KeyAccessServerRegistryService } from '@sallyport/protocol/kas'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bodyFor,
  ecPair,
  openTestGate,
  pemOf,
  proofFor,
  requestToken,
  wrapFile,
  type RewrapJson,
  type TestGate,
} from '../../server/src/doors/kas/testing.ts'
import {
  callForms,
  callIn,
  named,
  readForms,
  rewrapAlias,
  sendRaw,
  type Outcome,
  type Place,
  type WireForm,
} from './forms.ts'

const rewrap = AccessService.method.rewrap
const list = KeyAccessServerRegistryService.method.listKeyAccessServers
const pair = ecPair()
const nonceShape = /^[A-Za-z0-9_-]{43}$/
const forms = [...callForms, rewrapAlias].map((form) => [named(form), form] as const)

let gate: TestGate
let here: Place
beforeAll(async () => {
  gate = await openTestGate()
  gate.verdicts.set('ada', { effect: 'permit' })
  here = await gate.withTls()
})
afterAll(() => gate.stop())

async function boundToken(clientId: string): Promise<string> {
  const jkt = await calculateJwkThumbprint(await exportJWK(pair.publicKey))
  return await gate.token('ada', { client_id: clientId, cnf: { jkt } })
}

const addressOf = (form: WireForm, method: DescMethodUnary = rewrap): string =>
  `${here.origin}${form.request(method, {}).path.split('?')[0]}`

async function release(form: WireForm, token: string, dpop: string): Promise<Outcome> {
  const body = bodyFor(wrapFile(gate), pemOf(ecPair().publicKey))
  const message = { signedRequestToken: await requestToken(body, pair) }
  return await callIn(form, here, rewrap, message, { authorization: `DPoP ${token}`, dpop })
}

/** What a call came to, in a word, or why it was refused to whoever signed in so. */
function outcomeOf({ fault, answer, raw }: Outcome): string {
  if (fault === null) return (answer as unknown as RewrapJson).responses?.[0]?.results[0]?.status ?? 'answered'
  if (fault.code !== Code.Unauthenticated) return Code[fault.code]
  const [, error] = /^DPoP error="(\w+)"/.exec(String(raw.headers['www-authenticate'])) ?? []
  return `${error}: ${fault.message.replace('cannot verify sign-in: ', '')}`
}

describe.each(forms)('%s', (_, form) => {
  test('takes a proof for its address once, and in no other form again', async () => {
    const token = await boundToken('strict')
    const dpop = await proofFor(pair, token, addressOf(form))
    expect(outcomeOf(await release(form, token, dpop))).toBe('permit')
    for (const other of callForms.filter((one) => addressOf(one) === addressOf(form))) {
      expect(outcomeOf(await release(other, token, dpop))).toBe('invalid_dpop_proof: the proof was used before')
    }
  })

  test('takes no proof for another token, method, address or host', async () => {
    const token = await boundToken('strict')
    const here = addressOf(form)
    const other = await proofFor(pair, await boundToken('java'), here)
    expect(outcomeOf(await release(form, token, other))).toBe('invalid_dpop_proof: the proof is for another token')
    const without = await proofFor(pair, token, here, { ath: undefined })
    expect(outcomeOf(await release(form, token, without))).toBe('invalid_dpop_proof: the proof does not name the token')
    const get = await proofFor(pair, token, here, { htm: 'GET' })
    expect(outcomeOf(await release(form, token, get))).toBe('invalid_dpop_proof: the proof is for another method')
    for (const htu of [
      here.replace(/[^/]*$/, 'PublicKey'),
      here.replace('127.0.0.1', 'localhost'),
      here.replace('https:', 'http:'),
      new URL(here).pathname,
    ]) {
      expect(outcomeOf(await release(form, token, await proofFor(pair, token, htu)))).toBe(
        'invalid_dpop_proof: the proof is for another address',
      )
    }
    const foreign = await proofFor(ecPair(), token, here)
    const answer = await release(form, token, foreign)
    expect(outcomeOf(answer)).toBe('invalid_token: the token is bound to another key than the proof')
  })

  test('asks for a nonce where its client owes one, and hands the next one out with each answer', async () => {
    const token = await boundToken('nonced')
    const first = await release(form, token, await proofFor(pair, token, addressOf(form)))
    expect(outcomeOf(first)).toBe('use_dpop_nonce: the proof needs the nonce of this gate')
    const nonce = String(first.raw.headers['dpop-nonce'])
    expect(nonce).toMatch(nonceShape)
    const second = await release(form, token, await proofFor(pair, token, addressOf(form), { nonce }))
    expect(outcomeOf(second)).toBe('permit')
    expect(second.raw.headers['dpop-nonce']).toMatch(nonceShape)
    const invented = await proofFor(pair, token, addressOf(form), { nonce: 'A'.repeat(43) })
    expect(outcomeOf(await release(form, token, invented))).toBe(
      'use_dpop_nonce: the proof needs the nonce of this gate',
    )
    const strict = await boundToken('strict')
    const answer = await release(form, strict, await proofFor(pair, strict, addressOf(form)))
    expect(answer.raw.headers['dpop-nonce']).toBeUndefined()
  })

  test('wants the request token signed by the key of the proof, but from a client whose fault is let pass', async () => {
    const message = {
      signedRequestToken: await requestToken(
        bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)),
        ecPair('P-384'),
        'ES384',
      ),
    }
    for (const [clientId, isTaken] of [
      ['strict', false],
      ['java', true],
    ] as const) {
      const token = await boundToken(clientId)
      const dpop = await proofFor(pair, token, addressOf(form))
      const outcome = await callIn(form, here, rewrap, message, { authorization: `DPoP ${token}`, dpop })
      if (isTaken) expect(outcomeOf(outcome)).toBe('permit')
      else expect(outcomeOf(outcome)).toBe('InvalidArgument')
    }
  })
})

test.each(readForms.map((form) => [named(form), form] as const))(
  'a proof names the method of HTTP that is really used: %s',
  async (_, form) => {
    const token = await boundToken('strict')
    const used = form.request(list, {}).method
    for (const htm of ['GET', 'POST']) {
      const dpop = await proofFor(pair, token, addressOf(form, list), { htm })
      const outcome = await callIn(form, here, list, {}, { authorization: `DPoP ${token}`, dpop })
      if (htm === used) expect(outcomeOf(outcome)).toBe('answered')
      else expect(outcomeOf(outcome)).toBe('invalid_dpop_proof: the proof is for another method')
    }
  },
)

test('gRPC has the challenge among its trailers too, where clients look that know no others', async () => {
  const grpc = callForms.find(({ name }) => name === 'gRPC')
  if (grpc === undefined) throw new Error('there is no such form')
  const token = await boundToken('nonced')
  const { raw } = await release(grpc, token, await proofFor(pair, token, addressOf(grpc)))
  expect(raw.trailers['dpop-nonce']).toBe(raw.headers['dpop-nonce'])
  expect(raw.trailers['www-authenticate']).toContain('use_dpop_nonce')
})

test('two proofs in one request are none, in either version of HTTP', async () => {
  for (const form of callForms) {
    const token = await boundToken('strict')
    const both = await Promise.all([1, 2].map(() => proofFor(pair, token, addressOf(form))))
    const outcome = await release(form, token, both.join(', '))
    expect(outcomeOf(outcome)).toBe('invalid_dpop_proof: there is not exactly one proof in compact form')
  }
})

test('the host that a client claims to have called means nothing in HTTP/2 either', async () => {
  const token = await boundToken('strict')
  for (const [htu, status] of [
    [`https://evil.test/${list.parent.typeName}/${list.name}`, 401],
    [`${here.origin}/${list.parent.typeName}/${list.name}`, 200],
  ] as const) {
    const dpop = await proofFor(pair, token, htu)
    const headers = {
      ':authority': 'evil.test',
      'content-type': 'application/json',
      authorization: `DPoP ${token}`,
      dpop,
    }
    const path = `/${list.parent.typeName}/${list.name}`
    const reply = await sendRaw(here, '2', { method: 'POST', path, headers, body: Buffer.from('{}') })
    expect(reply.status).toBe(status)
  }
})
