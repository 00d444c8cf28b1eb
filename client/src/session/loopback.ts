// Waiting on a port of this machine for a browser to come back. SPEC: RFC 8252 section 7.3.

import { createServer, type ServerResponse } from 'node:http'
import { Problem } from '@sallyport/protocol'

const patienceMs = 5 * 60_000

export interface Loopback {
  readonly port: number
  readonly redirectUri: string
  /** Where the browser came back to, with its query. Throws Problem `not-signed-in` after five minutes. */
  readonly callback: Promise<URL>
  readonly close: () => void
}

/** Listen on an ephemeral port until `close`. */
export async function listenOnLoopback(): Promise<Loopback> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const callback = new Promise<URL>((resolve, reject) => {
    const late = new Problem(
      'not-signed-in',
      'cannot sign in: nobody signed in within five minutes, want a new attempt',
    )
    const timer = setTimeout(() => reject(late), patienceMs)
    server.once('close', () => clearTimeout(timer))
    server.on('request', ({ url = '/' }, response) => {
      const back = URL.parse(url, redirectUri)
      // Browsers ask for icons too; only the callback ends the wait.
      if (back?.pathname !== '/callback') return answer(response, 404, 'There is nothing here.')
      answer(response, 200, 'You can close this window and go back to the command line.')
      resolve(back)
    })
  })
  // The wait may end before anybody awaits it; its failure is still reported where it is awaited.
  callback.catch(() => undefined)
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { port, redirectUri, callback, close }
}

function answer(response: ServerResponse, status: number, text: string): void {
  const headers = { 'content-type': 'text/plain; charset=utf-8', connection: 'close', 'referrer-policy': 'no-referrer' }
  response.writeHead(status, headers).end(text)
}
