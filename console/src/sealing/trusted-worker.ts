// Starting a worker is starting a script, and the page's policy names one maker of such addresses: this one.

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): unknown }
}

/** INVARIANT: a script is started from the console's own assets alone. */
const trusted = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'sallyport-worker',
  {
    createScriptURL(address) {
      if (!/^\/assets\/[\w.-]+\.js$/.test(address)) throw new TypeError('cannot start a script: it is not ours')
      return address
    },
  },
)

/** Start a worker of the console's own. */
export function startWorker(address: string): Worker {
  return new Worker((trusted?.createScriptURL(address) ?? address) as string, { type: 'module' })
}
