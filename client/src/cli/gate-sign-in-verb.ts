// sallyport sign-in: through the gate's own doors.

import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { signInAtGate } from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { signInBy, type GateOptions } from './session-verbs.ts'
import { addVerb, type Desk } from './verb.ts'

interface SignInOptions extends GeneralOptions, GateOptions {
  readonly browser: boolean
}

export function addGateSignInVerb(program: Command, desk: Desk): void {
  addVerb<SignInOptions>(program, desk, {
    usage: 'sign-in',
    summary: "Sign in by the gate's own page: with a passkey, a provider or a certificate, whatever it offers",
    example: 'sallyport sign-in --gate https://gate.example.com --ca gate-ca.pem',
    options: [
      ['--gate <url>', 'address of the gate; afterwards the profile knows it (or SALLYPORT_GATE)'],
      ['--ca <file>', 'PEM of the authority that the gate is to be trusted by (or SALLYPORT_CA)'],
      ['--no-browser', 'use a browser elsewhere: print the address, and ask for what the page shows'],
    ],
    run: (context, _, options) => signIn(context, options),
  })
}

async function signIn(context: Context, options: SignInOptions): Promise<Exit> {
  const { environment, print } = context
  return await signInBy(context, options, (connection, _, key) =>
    signInAtGate(connection, key, {
      show: (url, words) => {
        print.note(options.browser ? 'A browser opens to sign you in. If it does not, open:' : 'Open in a browser:')
        print.note(url.href)
        print.note(`Confirm only what shows these words: ${words}`, 'bold')
        if (options.browser) environment.openBrowser(url)
      },
      paste: options.browser ? null : () => pasted(context),
    }),
  )
}

async function pasted({ environment: { stdin, stderr } }: Context): Promise<string> {
  const reader = createInterface({ input: stdin, output: stderr, terminal: false })
  try {
    return (await reader.question('What the page shows: ')).trim()
  } finally {
    reader.close()
  }
}
