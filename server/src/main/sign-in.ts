// How people sign in at a served enclave: tokens of issuers, sessions of the gate, and the issuers that a browser can go to.

import { readFileSync } from 'node:fs'
import { Problem } from '@sallyport/protocol'
import type { Config } from '../base/index.ts'
import {
  makeCertificateSignIn,
  makeIssuerSignIn,
  makeProofNonces,
  makeProofVerifier,
  makeSessionVerifier,
  makeSharedProofMemory,
  makeSignIn,
  makeTokenVerifier,
  type BrowserIssuer,
  type CertificateRules,
  type CertificateSignIn,
  type IssuerRules,
  type IssuerSignIn,
  type PasskeyDependencies,
  type ProgramSignInParts,
  type SessionDependencies,
  type SessionVerifier,
  type TokenVerifier,
} from '../identity/index.ts'
import { currentKey, makePageCursors } from '../keys/index.ts'
import type { Enclave, Ground } from './open-enclave.ts'
import { passkeyRules } from './passkey-rules.ts'

export interface SignInParts {
  readonly issuers: readonly IssuerRules[]
  /** Issuers for browsers besides the configured ones. */
  readonly browserIssuers: readonly BrowserIssuer[]
  readonly certificates: CertificateRules | null
  /** Of the enclave: what people see a passkey to be for. */
  readonly name: string
}

export interface SignIn {
  /** For doors that take tokens alone. */
  readonly tokens: TokenVerifier
  /** For what takes sessions as well. */
  readonly verifier: TokenVerifier
  readonly sessions: SessionDependencies
  readonly sessionVerifier: SessionVerifier
  readonly issuerSignIn: IssuerSignIn
  readonly passkeys: PasskeyDependencies
  readonly certificates: CertificateSignIn | null
  readonly programs: ProgramSignInParts
}

export function openSignIn(
  ground: Ground,
  enclave: Enclave,
  { issuers, browserIssuers, certificates, name }: SignInParts,
): SignIn {
  const { config, clock, database, log, random } = ground
  const mac = identityMac(enclave)
  const memory = makeSharedProofMemory(database, clock, log)
  const origin = config.publicUrl
  const states = makePageCursors(mac)
  const minute = 60_000
  const rules = {
    lifetimeMs: config.sessions.lifetimeMinutes * minute,
    idleMs: config.sessions.idleMinutes * minute,
  }
  const sessions = { database, ledger: enclave.ledger, clock, random, rules }
  const tokens = makeTokenVerifier({
    issuers: [...config.issuers.map(issuerRules), ...issuers],
    clock,
    nonces: makeProofNonces({ mac, clock }),
    proofMemory: memory,
    allowLoopbackHttp: config.testMode,
  })
  const verifyProof = makeProofVerifier({ clock, memory, nonces: null })
  const sessionVerifier = makeSessionVerifier({ sessions, verifyProof, origin, log })
  return {
    tokens,
    sessions,
    sessionVerifier,
    verifier: makeSignIn(tokens, sessionVerifier),
    passkeys: { ...enclave.bindings, rules: passkeyRules(config, name), states, memory, log },
    programs: { states, memory, clock, random },
    certificates: certificates && makeCertificateSignIn({ ...sessions, rules: certificates, origin, states, memory }),
    issuerSignIn: makeIssuerSignIn({
      issuers: [...config.issuers.flatMap(browserIssuer), ...browserIssuers],
      origin,
      states,
      memory,
      clock,
      allowLoopbackHttp: config.testMode,
    }),
  }
}

/** HMAC under the key that all processes of a gate share for what clients bring back. */
export function identityMac({ provider }: Enclave): (bytes: Uint8Array) => Promise<Uint8Array> {
  const { kid } = currentKey(provider, 'identity', 'hmac-sha256')
  return (bytes) => provider.mac({ kid, door: 'identity' }, bytes)
}

/** The rules of a configured issuer, with the authorities that its file names. */
export function issuerRules(issuer: Config['issuers'][number]): IssuerRules {
  const required = { dpop: 'required' } as const
  return {
    issuer: issuer.issuer,
    audience: [issuer.audience],
    jwksUri: issuer.jwksUri,
    ca: issuer.ca === undefined ? undefined : readFileSync(issuer.ca, 'utf8'),
    subject: issuer.subject,
    purposes: issuer.purposes.map((purpose) => (purpose === 'console' ? 'api' : purpose)),
    clients: Object.fromEntries(
      issuer.clients.map(({ id, dpop, nonce, tolerate }) => [
        id,
        {
          dpop,
          nonce,
          acceptPathOnlyHtu: tolerate.includes('path-only-htu'),
          acceptBearerWithProof: tolerate.includes('bearer-with-proof'),
          acceptMissingAth: tolerate.includes('missing-ath'),
          acceptForeignRequestSignature: tolerate.includes('foreign-request-signature'),
        },
      ]),
    ),
    ...(issuer.clients.length === 0 ? { otherClients: required } : {}),
  }
}

/** What a configured issuer is to a browser; nothing where it is none. Throws Problem `invalid-request` for a secret that is not there. */
export function browserIssuer({ issuer, subject, ca, browser }: Config['issuers'][number]): readonly BrowserIssuer[] {
  if (browser === undefined) return []
  const { id, name, clientId, clientSecretFile, scope } = browser
  const secret = clientSecretFile === undefined ? null : firstLine(clientSecretFile)
  const trusted = ca === undefined ? null : readFileSync(ca, 'utf8')
  return [{ id, name, issuer, clientId, clientSecret: secret, scope, subject, ca: trusted }]
}

function firstLine(path: string): string {
  const wanted = (state: string, cause?: unknown) =>
    new Problem('invalid-request', `cannot read a client secret: ${path} ${state}, want it in the first line`, {
      cause,
    })
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw wanted('cannot be read', cause)
  }
  const [line = ''] = text.split(/\r?\n/, 1)
  if (line === '') throw wanted('is empty')
  return line
}
