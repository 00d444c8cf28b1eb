// The page that a browser meets at the gate's address: what this is, whether it is a sample, and where to go on.

import { createHash } from 'node:crypto'
import type { EnclaveView } from '@sallyport/protocol/api'

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:0 1rem 3rem;color:#1b1b1b}
.sample{background:#7a1f00;color:#fff;margin:0 -1rem;padding:.75rem 1rem}code,pre{background:#f1f1f1;padding:.1rem .3rem}
pre{padding:.75rem;overflow:auto}@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}code,pre{background:#2a2a2a}a{color:#8ab4ff}}`

export const welcomePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`

/** Write the page. Nothing on it is controlled. */
export function welcomePage({ name, kind, state, readyForControlledData, publicUrl, version }: EnclaveView): string {
  const isSample = kind === 'sample'
  const banner = isSample
    ? '<p class="sample"><strong>SAMPLE</strong><br>Invented people and data. Nothing here protects anything.</p>'
    : conditionOf(state, readyForControlledData)
  const login = isSample ? 'npm run sallyport -- login --as ada' : `sallyport login --gate ${escaped(publicUrl)}`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(name)}: Sallyport</title><style>${style}</style>${banner}
<h1>${escaped(name)}</h1>
<p>This is the gate of a Sallyport enclave (version ${escaped(version)}). Files that were protected here open only through it, for
people whom its decision point permits, and every decision is in its ledger.</p>
<p>People use it from the command line so far:</p>
<pre>${login}</pre>
<ul>
<li><a href="/ledger/checkpoint">the ledger's latest signed checkpoint</a></li>
<li><a href="/api/openapi.json">the product API</a> (OpenAPI 3.1)</li>
<li><a href="/.well-known/opentdf-configuration">the OpenTDF configuration</a></li>
<li><a href="/readyz">whether it is ready</a></li>
</ul></html>`
}

function conditionOf(state: EnclaveView['state'], isReady: boolean): string {
  if (state === 'founding')
    return '<p class="sample"><strong>BEING FOUNDED</strong><br>Its founders enroll and attest for each other; nothing else is open yet.</p>'
  if (isReady) return ''
  return '<p class="sample"><strong>NOT READY FOR CONTROLLED DATA</strong><br>No restore from a backup has been tried and passed yet.</p>'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
