// Asking a gate whether it knows labels, before a share of a file under them is wrapped to it.
// SPEC: OpenTDF policy.attributes.AttributesService/GetAttributeValuesByFqns over Connect with JSON.

import { Problem } from '@sallyport/protocol'
import { readText, type Connection } from './connection.ts'
import { unsuccessful } from './outcome.ts'

const path = '/policy.attributes.AttributesService/GetAttributeValuesByFqns'
const maxAnswerBytes = 4 * 1024 * 1024
const batch = 250

/**
 * Look whether a gate knows all of these labels. Throws Problem `conflict` when it does not, or does not have the person on its
 * roster, who could then never open what is sealed; and the Problems of a call otherwise.
 */
export async function requireLabels(connection: Connection, labels: readonly string[]): Promise<void> {
  const what = `split a file with ${connection.origin}`
  for (let at = 0; at < labels.length; at += batch) {
    const fqns = labels.slice(at, at + batch)
    const reply = await connection.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'connect-protocol-version': '1' },
      body: () => JSON.stringify({ fqns }),
      signed: true,
      repeatable: true,
      what,
    })
    const text = await readText(reply, maxAnswerBytes, what)
    if (reply.status === 200) continue
    if (reply.status === 404) {
      throw new Problem(
        'conflict',
        `cannot ${what}: it does not know all of ${fqns.join(', ')}, want them defined there`,
      )
    }
    const refused = unsuccessful(reply.status, text, what)
    throw new Problem('conflict', `cannot ${what}: it has you on no roster, want an officer there to add you`, {
      details: { decisionId: refused.decisionId },
    })
  }
}
