// How much policy text is read at all. ATTACKER: Cedar's parser recurses, and once its stack has overflowed no text is ever read again in
// that process; what is nested or chained too deeply must not reach it. Measured: it takes 100 brackets, not 150; 1,000 links of a chain,
// not 3,000. What was read once is read again where it takes effect, in the process that decides.

import { Problem } from '@sallyport/protocol'

export const textBounds = { bytes: 128 * 1024, policies: 300, depth: 60, words: 1200 } as const

interface Token {
  readonly token: string
  readonly end: number
}

/** Refuse text that is more than is read. Throws Problem `invalid-request`. */
export function refuseUnbounded(text: string, tokens: Iterable<Token>): void {
  if (Buffer.byteLength(text) > textBounds.bytes) throw tooMuch('it is longer', `${textBounds.bytes} bytes`)
  let [policies, depth, words, line, from] = [0, 0, 0, 1, 0]
  for (const { token, end } of tokens) {
    line += lineBreaks(text.slice(from, end))
    from = end
    if ('([{'.includes(token)) depth++
    else if (')]}'.includes(token)) depth--
    else if (token === ';') [policies, depth, words] = [policies + 1, 0, 0]
    else if (!token.startsWith('//')) words++
    if (depth > textBounds.depth) throw tooMuch(`line ${line} nests more deeply`, `${textBounds.depth} brackets`)
    if (words > textBounds.words) throw tooMuch(`line ${line} goes on in one policy`, `${textBounds.words} words`)
    if (policies > textBounds.policies) throw tooMuch('it has more policies', `${textBounds.policies}`)
  }
}

function tooMuch(state: string, want: string): Problem {
  return new Problem('invalid-request', `cannot read policies: ${state}, want at most ${want}`)
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1
}
