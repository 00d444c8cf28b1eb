// Asking the gate of a connection for a share of a file's key, signed by the key that the connection's calls are proven with.

import { Problem } from '@sallyport/protocol'
import { SignJWT } from 'jose'
import type { ReleaseRequest } from '../tdf/index.ts'
import { readText, type Connection } from './connection.ts'
import { unsuccessful } from './outcome.ts'
import {
  acknowledgement,
  receiving,
  rewrapExchange,
  rewrapPath,
  type Released,
  type Withheld,
} from './rewrap-exchange.ts'

export type { Released, Told, Withheld } from './rewrap-exchange.ts'

const maxAnswerBytes = 4 * 1024 * 1024

/**
 * Ask the gate of this connection for one share. A refusal is a value; throws Problem invalid-file when the gate finds the
 * file altered or when the file names another gate, and the Problems of a call otherwise. `isAcknowledged` tells the gate
 * that whoever receives the content is shown what it is bound by: the caller shows `obligations` before it uses the share.
 */
export async function requestShare(
  connection: Connection,
  request: ReleaseRequest,
  isAcknowledged: boolean,
): Promise<Released | Withheld> {
  const exchange = await rewrapExchange(connection.origin, request, isAcknowledged ? [acknowledgement] : [])
  const body = JSON.stringify({ signedRequestToken: await sign(connection, exchange.requestBody) })
  const reply = await connection.send({
    method: 'POST',
    path: rewrapPath,
    headers: exchange.headers,
    body: () => body,
    signed: true,
    // Deciding again does nothing twice but write one more entry.
    repeatable: true,
    what: receiving,
  })
  const text = await readText(reply, maxAnswerBytes, receiving)
  if (reply.status === 200) return await exchange.read(text)
  return { ...unsuccessful(reply.status, text, receiving), unacknowledged: [], receipt: null }
}

async function sign({ credential, clock }: Connection, requestBody: string): Promise<string> {
  if (credential === null) {
    throw new Problem('not-signed-in', `cannot ${receiving}: nobody is signed in, want \`sallyport login\` first`)
  }
  const nowS = Math.floor(clock.now() / 1000)
  return new SignJWT({ requestBody })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 60)
    .sign(credential.key)
}
