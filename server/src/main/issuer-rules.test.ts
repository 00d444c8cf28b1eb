import { expect, test } from 'vitest'
import { loadConfig } from '../base/index.ts'
import { issuerRules } from './sign-in.ts'

const rulesOf = (client: string) => {
  const text = `issuers: [{ issuer: 'https://id.test', audience: a, purposes: [kas], clients: [{ id: c, ${client} }] }]`
  const [issuer] = loadConfig({ text, env: {} }).issuers
  if (issuer === undefined) throw new Error('the configuration has no issuer')
  return issuerRules(issuer).clients['c']
}

const strict = {
  dpop: 'required',
  nonce: 'off',
  acceptPathOnlyHtu: false,
  acceptBearerWithProof: false,
  acceptMissingAth: false,
  acceptForeignRequestSignature: false,
}

test.each([
  ['', {}],
  ['nonce: required', { nonce: 'required' }],
  ['dpop: optional', { dpop: 'optional' }],
  ['tolerate: [path-only-htu]', { acceptPathOnlyHtu: true }],
  ['tolerate: [bearer-with-proof]', { acceptBearerWithProof: true }],
  ['tolerate: [missing-ath]', { acceptMissingAth: true }],
  ['tolerate: [foreign-request-signature]', { acceptForeignRequestSignature: true }],
])('issuerRules() lets pass what a client is named for, and nothing else: %s', (written, allowed) => {
  expect(rulesOf(written)).toEqual({ ...strict, ...allowed })
})

test('issuerRules() knows no other faults', () => {
  expect(() => rulesOf('tolerate: [no-proof]')).toThrow('tolerate')
  expect(() => rulesOf('pathOnlyHtu: true')).toThrow('is not a key of the configuration')
})
