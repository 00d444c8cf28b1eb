// Looking at an issuer as the gate's own client for browsers would: is it described, and does it do what sign-in there takes.

import { Problem } from '@sallyport/protocol'
import { discovering, type BrowserIssuer, type BrowserIssuerOptions } from './browser-issuer.ts'

export interface BrowserIssuerProbe {
  /** Null when people can be sent there, else one sentence. */
  readonly fault: string | null
  /** Whether it says that it takes PKCE with S256. Some do and do not say so. */
  readonly saysPkce: boolean
}

/** Ask for its description. Nothing is thrown. */
export async function probeBrowserIssuer(
  rules: BrowserIssuer,
  options: BrowserIssuerOptions,
): Promise<BrowserIssuerProbe> {
  try {
    const found = (await discovering(rules, options)()).serverMetadata()
    const saysPkce = found.code_challenge_methods_supported?.includes('S256') === true
    if (found.authorization_endpoint === undefined) return { fault: 'it names no address to sign in at', saysPkce }
    const isForCodes = found.response_types_supported?.includes('code') !== false
    return { fault: isForCodes ? null : 'it gives no authorization codes', saysPkce }
  } catch (cause) {
    const fault = cause instanceof Problem ? cause.message.replace('cannot sign in: ', '') : String(cause)
    return { fault, saysPkce: false }
  }
}
