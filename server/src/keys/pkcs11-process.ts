// The token process. A vendor's library runs here and not in the gate: it may crash, hang or need a fresh start to see a token
// that came back, and only a process can be ended whatever it is doing. Every call is made in turn, so that neither thread
// nor buffer of the library is shared. The PIN is read here and never leaves.

import { openToken, type OpenedToken } from './pkcs11-token.ts'
import { TokenFailure, type TokenAnswer, type TokenQuestion } from './pkcs11-messages.ts'

let token: OpenedToken | null = null

function answer(question: TokenQuestion): TokenAnswer {
  try {
    if (question.verb === 'open') {
      token = openToken(question)
      return { bytes: new Uint8Array(), facts: token.facts }
    }
    if (token === null) throw new TypeError('cannot answer: no token is open')
    return { bytes: token.answer(question) }
  } catch (error) {
    if (error instanceof TokenFailure) return { fault: error.fault, state: error.message }
    throw error
  }
}

process.on('message', (question: TokenQuestion) => {
  const told = answer(question)
  process.send?.(told)
  // Sending has copied it.
  if ('bytes' in told) told.bytes.fill(0)
})
// Not `exit`: it would wait for a library that hangs.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Those who stop the gate at its terminal mean the gate, which ends this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
