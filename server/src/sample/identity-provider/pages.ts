// The pages of the sample's identity provider. They work without scripts, and from a program that posts the same forms.

import { hash } from 'node:crypto'

/** Somebody of the sample company. */
export interface PersonToPick {
  /** Stands in their tokens as `sub`. */
  readonly subject: string
  readonly name: string
  /** Who they are, in a few words. */
  readonly oneLine: string
}

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 0 auto; padding: 0 1rem 3rem; color: #1b1b1b }
.banner { background: #7a1f00; color: #fff; padding: .75rem 1rem; margin: 0 -1rem 1.5rem; font-weight: 700; font-size: 1.25rem }
.banner small { display: block; font-weight: 400; font-size: .9rem }
button { display: block; width: 100%; text-align: left; font: inherit; padding: .6rem .8rem; margin: .4rem 0; cursor: pointer }
button b { display: block }
code { font-size: 1.5rem }
input { font: inherit; padding: .5rem; text-transform: uppercase }
`

// The policy allows forms to end at a loopback listener, which is where the command line waits for its answer.
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "form-action 'self' http://127.0.0.1:*",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Write the page on which one picks who to be. The form posts `person`, the subject of the one picked, to the page's own address. */
export function pickPage(people: readonly PersonToPick[], clientId: string): string {
  const buttons = people.map(
    ({ subject, name, oneLine }) =>
      `<button name="person" value="${escaped(subject)}"><b>${escaped(name)}</b>${escaped(oneLine)}</button>`,
  )
  return page(
    'Sample enclave: pick who you are',
    `<p>The program <b>${escaped(clientId)}</b> asks who you are. Nobody checks it here: in a real enclave this is your
    organization's own sign-in.</p>
    <form method="post">${buttons.join('\n')}
    <button name="cancel" value="yes">Nobody: cancel the sign-in</button></form>`,
  )
}

/** Write a page with a title and a body of trusted HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><div class="banner">SAMPLE<small>A sample enclave with invented people and data. Nothing here protects anything.</small></div>
<main><h1>${escaped(title)}</h1>${body}</main></body></html>`
}

/** Write text as HTML text or attribute value. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
