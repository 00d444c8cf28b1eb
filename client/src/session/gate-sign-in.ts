// Signing in through the gate's own doors: this machine asks with its key, its person confirms in a browser in which they are signed in
// by whatever way the gate offers, and what the browser brings back is exchanged for a session bound to the key.
// SPEC: RFC 8252 (native apps), RFC 7636 (PKCE), RFC 9449 (DPoP).

import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import { programAsked, programSignedIn } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { prove, readText, unsuccessful, type Connection } from '../gate/index.ts'
import { listenOnLoopback } from './loopback.ts'
import type { PrivateJwk, Token } from './profile.ts'

export interface GateSignIn {
  /** Told where the person goes, and the words that the page there has to show as well. */
  readonly show: (url: URL, words: string) => void
  /** Asks for what the page shows, where no browser of this machine can bring it back; null where one can. */
  readonly paste: (() => Promise<string>) | null
}

const what = 'sign in'
const mostBytes = 65_536

/** Sign in. Throws Problem `not-signed-in` where nobody confirmed in time, and whatever the gate refuses with. */
export async function signInAtGate(
  connection: Connection,
  key: PrivateJwk,
  { show, paste }: GateSignIn,
): Promise<Token> {
  const ask = asking(connection, key)
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const loopback = paste === null ? await listenOnLoopback() : null
  try {
    const body = { challenge, port: loopback?.port ?? null }
    const { request, words } = await ask('/api/v1/session/program', body, programAsked)
    show(new URL(`/program?request=${request}`, connection.origin), words)
    const grant = loopback === null ? ((await paste?.()) ?? '') : grantIn(await loopback.callback)
    const given = await ask('/api/v1/session/program/token', { grant: grant.trim(), verifier }, programSignedIn)
    return { accessToken: given.token, scheme: 'DPoP', expiresAtMs: Date.parse(given.expiresAt) }
  } finally {
    loopback?.close()
  }
}

function grantIn(back: URL): string {
  const grant = back.searchParams.get('grant')
  if (grant !== null) return grant
  throw new Problem('not-signed-in', 'cannot sign in: the browser brought nothing back, want a new attempt')
}

/** Ask the gate something with a proof of the key and no token. */
function asking(connection: Connection, key: PrivateJwk) {
  const privateKey = createPrivateKey({ key, format: 'jwk' })
  return async <S extends z.ZodType>(path: string, body: unknown, shape: S): Promise<z.output<S>> => {
    const url = new URL(path, connection.origin)
    const proven = { method: 'POST', url, accessToken: null, nonce: null, nowMs: connection.clock.now() }
    const reply = await connection.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', dpop: await prove(privateKey, proven) },
      body: () => JSON.stringify(body),
      signed: false,
      repeatable: false,
      what,
    })
    const text = await readText(reply, mostBytes, what)
    if (reply.status === 200) return shape.parse(JSON.parse(text))
    const { detail } = unsuccessful(reply.status, text, what)
    throw new Problem('not-signed-in', detail ?? 'cannot sign in: the gate refused, want somebody who may')
  }
}
