// What holds for every route, told once before the first of them.

import type { OpenApiDocument } from '../openapi-document.ts'
import { markup, type Markup } from './markup.ts'

export function howToCall({ servers: [{ url }] }: OpenApiDocument): Markup {
  return markup`<section class="card">
    <h2 id="calling">How to call it</h2>
    <p>
      The routes are at <code>${url}</code>. Bodies and answers are JSON unless a route says otherwise, and a member or
      a parameter that a route does not know is refused. <code>ca.pem</code> in the examples is the certificate
      authority that your administrator gave you.
    </p>
    <h3>Sign-in</h3>
    <p>
      A program calls with an access token of one of the issuers that <a href="#enclave"><code>enclave</code></a> names,
      bound to a key of its own (DPoP, RFC 9449). <code>$TOKEN</code> is that token; <code>$PROOF</code> is signed anew
      for every call: its method, its address without what follows the question mark, and the hash of the token. When a
      proof needs a nonce, the answer is 401 and brings it in <code>DPoP-Nonce</code>. Pages in a browser call with the
      cookie of their session and a proof of the session’s key.
    </p>
    <h3>Decisions</h3>
    <p>
      Before anything is shown or done, the action that a route names is decided, and the decision is in the ledger
      before the answer is sent. What changes something answers with receipts: keep them, they prove later that the
      entry is in the ledger.
    </p>
    <h3>Pages of a list</h3>
    <p>
      A list that can be long has a member <code>next</code>. As long as it is not null, ask again with
      <code>?after=</code> and that value. A list without it comes whole.
    </p>
    <h3>Once, however often it is sent</h3>
    <p>
      A change may have an <code>Idempotency-Key</code>: a quoted string of 16 to 128 characters, new for every change, such as a
      UUID. Whoever got no answer sends the same again with the same key: what was done is answered as it was, for a day, and not
      done again. Where the answer is not kept, because it was lost or is shown once, 409 brings the receipts of what was done. The same key with another request
      is 422; while the first is under way it is 409. A refusal is not kept. Routes that do not list the header pay no attention to it.
    </p>
    <h3>Tags</h3>
    <p>
      What shows one thing answers with an <code>ETag</code>; whoever sends it with <code>If-None-Match</code> is answered
      304 as long as the thing is shown the same. A route that heeds <code>If-Match</code> changes the thing only if it still
      is the version of that tag, and else answers 412: read it again, and decide again. A version that a body names holds
      beside it.
    </p>
  </section>`
}
