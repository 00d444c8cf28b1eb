// sallyport login, logout, whoami.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { EnclaveView, PersonView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call, connect, gateOrigin, type Connection } from '../gate/index.ts'
import {
  credentialOf,
  discoverIssuer,
  findSampleGate,
  meet,
  newPrivateJwk,
  readProfile,
  removeProfile,
  signInAsSample,
  signInWithBrowser,
  signInWithDevice,
  writeProfile,
  type Issuer,
  type PrivateJwk,
  type Profile,
  type Token,
} from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { addVerb, type Desk } from './verb.ts'

/** Which gate, where the profile does not know it. */
export interface GateOptions {
  readonly gate?: string
  readonly ca?: string
}

interface LoginOptions extends GeneralOptions, GateOptions {
  readonly as?: string
  readonly device?: true
  readonly browser: boolean
}

export function addSessionVerbs(program: Command, desk: Desk): void {
  addVerb<LoginOptions>(program, desk, {
    usage: 'login',
    summary: 'Sign in to a gate and keep the session on this machine',
    example: 'sallyport login --gate https://gate.example.com --ca gate-ca.pem',
    options: [
      ['--gate <url>', 'address of the gate; afterwards the profile knows it (or SALLYPORT_GATE)'],
      ['--ca <file>', 'PEM of the authority that the gate is to be trusted by (or SALLYPORT_CA)'],
      ['--device', 'sign in with a browser on another machine'],
      ['--no-browser', 'print the address instead of opening it'],
      ['--as <person>', 'sample enclaves only: sign in as one of the sample people, without a browser'],
    ],
    run: login,
  })
  addVerb<GeneralOptions & { forget?: true }>(program, desk, {
    usage: 'logout',
    summary: 'Remove token and key of the session from this machine',
    example: 'sallyport logout',
    options: [['--forget', 'forget the gate too, with the pinned keys of its ledger']],
    run: logout,
  })
  addVerb(program, desk, {
    usage: 'whoami',
    summary: 'Show who the gate takes you for',
    example: 'sallyport whoami --json',
    run: whoami,
  })
}

async function login(context: Context, _: readonly string[], options: LoginOptions): Promise<Exit> {
  return await signInBy(context, options, async (connection, enclave, key) => {
    if (options.as !== undefined && enclave.kind !== 'sample') {
      throw new Problem(
        'invalid-request',
        `cannot sign in with --as: ${enclave.name} is a real enclave, want a sign-in with a browser or --device`,
      )
    }
    return await obtainToken(context, await discoverIssuer(connection, enclave, key), options)
  })
}

/** Meet a gate, get a token for a new key, and keep both on this machine. */
export async function signInBy(
  context: Context,
  options: GateOptions & { readonly as?: string },
  obtain: (connection: Connection, enclave: EnclaveView, key: PrivateJwk) => Promise<Token>,
): Promise<Exit> {
  const { environment, print, folder, profileName } = context
  const known = await readProfile(folder, profileName)
  const gate = await chooseGate(context, options, known)
  const anonymous = connect({ ...gate, credential: null, clock: environment.clock })
  context.atEnd(() => anonymous.close())
  const enclave = await meet(anonymous, known)
  const { origin, keys, receiptKey } = enclave.ledger
  const met: Profile = {
    version: 1,
    gate: { ...gate, name: enclave.name, kind: enclave.kind },
    pinned: known?.pinned ?? { origin, keys: [...keys], receiptKey },
    session: null,
  }
  // Pinned at first contact, whatever becomes of the sign-in.
  if (known === null) await writeProfile(folder, profileName, met)
  const key = newPrivateJwk()
  const token = await obtain(anonymous, enclave, key)
  const profile: Profile = { ...met, session: { key, token } }
  await writeProfile(folder, profileName, profile)
  if (token.scheme === 'Bearer') {
    print.note('The identity provider cannot bind tokens to this machine; the gate may refuse them.', 'yellow')
  }
  return await greet(context, profile, enclave).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'not-signed-in') throw error
    // A sign-in of this moment: another one would end the same.
    const { detail } = error.details
    const why = typeof detail === 'string' ? ` (${detail})` : ''
    const want =
      'want issuer, audience and client to be the same at both: an administrator looks with `sallyport check`'
    throw new Problem(
      'not-signed-in',
      `cannot sign in: the gate does not take what was issued just now${why}, ${want}`,
      {
        cause: error,
      },
    )
  })
}

async function chooseGate(
  { environment }: Context,
  options: GateOptions & { readonly as?: string },
  known: Profile | null,
): Promise<{ url: string; ca: string | null }> {
  const { env, workingFolder } = environment
  const named = options.gate ?? (known === null ? env['SALLYPORT_GATE'] : undefined)
  const isSampleHere = named === undefined && known === null && options.as !== undefined
  const sample = isSampleHere ? await findSampleGate(workingFolder) : null
  if (sample !== null) return { url: gateOrigin(sample.url), ca: await readFile(sample.ca, 'utf8') }
  if (named === undefined && known === null) {
    throw new Problem(
      'invalid-request',
      'cannot sign in: no gate is named, want `sallyport login --gate https://<host>`',
    )
  }
  const url = gateOrigin(named ?? known?.gate.url ?? '')
  if (known !== null && known.gate.url !== url) {
    throw new Problem(
      'conflict',
      `cannot sign in to ${url}: this profile is for ${known.gate.url}, want another one (--profile <name>) ` +
        'or `sallyport logout --forget` first',
    )
  }
  const caFile = options.ca ?? (known === null ? env['SALLYPORT_CA'] : undefined)
  const ca = caFile === undefined ? (known?.gate.ca ?? null) : await readFile(resolve(workingFolder, caFile), 'utf8')
  return { url, ca }
}

async function obtainToken({ environment, print }: Context, issuer: Issuer, options: LoginOptions): Promise<Token> {
  const { clock, openBrowser } = environment
  if (options.as !== undefined) return signInAsSample(issuer, clock, options.as)
  if (options.device === true) {
    return signInWithDevice(issuer, clock, (address, code) => {
      print.note(`Open ${address} in a browser and type the code ${code}`, 'bold')
    })
  }
  return signInWithBrowser(issuer, clock, (url) => {
    print.note(options.browser ? 'A browser opens to sign you in. If it does not, open:' : 'Open in a browser:')
    print.note(url.href)
    if (options.browser) openBrowser(url)
  })
}

async function greet(context: Context, profile: Profile, enclave: EnclaveView): Promise<Exit> {
  const { print } = context
  const connection = await context.connect()
  if (enclave.state === 'founding') return greetFounder(context, profile, connection)
  const answer = await call(connection, 'me', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'sign in')
  const { person, subject } = answer.value
  const until = untilOf(profile)
  print.result({ gate: profile.gate.url, enclave: enclave.name, kind: enclave.kind, person, subject, until }, (out) => {
    out.line(`Signed in to ${enclave.name} as ${person?.name ?? subject}, until ${until}.`, 'green')
    if (person === null)
      out.line('Nobody on the roster has this identity: everything controlled will be refused.', 'yellow')
  })
  await tellWaiting(context, connection, person)
  return 0
}

async function greetFounder(context: Context, profile: Profile, connection: Connection): Promise<Exit> {
  const answer = await call(connection, 'founding', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'sign in')
  const { enclave, subject, you, founders } = answer.value
  const name = founders.find(({ id }) => id === you)?.name ?? null
  const until = untilOf(profile)
  const value = { gate: profile.gate.url, enclave, kind: 'real', state: 'founding', founder: name, subject, until }
  context.print.result(value, (out) => {
    out.line(`Signed in to ${enclave} as ${name ?? subject}, until ${until}.`, 'green')
    out.line('It is being founded, and nothing else is open yet.', 'yellow')
    if (name === null) out.line('If you are a founder: sallyport founding enroll <code>')
  })
  return 0
}

async function logout(context: Context, _: readonly string[], options: { forget?: true }): Promise<Exit> {
  const { print, folder, profileName } = context
  // Forgetting must work for a damaged profile as well, so that nothing is read for it.
  if (options.forget === true) await removeProfile(folder, profileName)
  else {
    const known = await readProfile(folder, profileName)
    if (known !== null) {
      await endAtGate(context, known)
      await writeProfile(folder, profileName, { ...known, session: null })
    }
  }
  print.result({ profile: profileName, forgotten: options.forget === true }, (out) => {
    out.line(options.forget === true ? `Profile ${profileName} is forgotten.` : 'Signed out.')
  })
  return 0
}

/** A session of the gate's own ends there as well, where the gate can be asked. Nothing of that keeps it on this machine. */
async function endAtGate(context: Context, { session }: Profile): Promise<void> {
  if (session === null || session.token.accessToken.includes('.')) return
  const connection = await context.connect()
  await call(connection, 'endSession', {}).catch(() => null)
}

async function whoami(context: Context): Promise<Exit> {
  const profile = await context.profile()
  const connection = await context.connect()
  const enclave = await meet(connection, profile)
  if (enclave.state === 'founding') return greetFounder(context, profile, connection)
  const answer = await call(connection, 'me', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'see who you are')
  const { person, issuer, subject } = answer.value
  const { name, kind, readyForControlledData } = enclave
  const value = { gate: profile.gate.url, enclave: name, kind, readyForControlledData, until: untilOf(profile) }
  context.print.result({ ...value, person, issuer, subject }, (out) => {
    out.pairs([
      ['gate', `${value.gate} (${value.enclave}, ${value.kind})`],
      ['controlled data', isReadyText(enclave)],
      ['identity', `${subject} at ${issuer}`],
      ['session', value.until === null ? '' : `until ${value.until}`],
      ...(person === null ? [['person', 'nobody on the roster'] as const] : personPairs(person)),
    ])
  })
  await tellWaiting(context, connection, person)
  return 0
}

/** Tell an officer that something waits for them. Whatever keeps that from being known is no fault of what was asked. */
async function tellWaiting(context: Context, connection: Connection, person: PersonView | null): Promise<void> {
  if (person?.roles.includes('officer') !== true) return
  const answer = await call(connection, 'approvals', {}).catch(() => null)
  if (answer === null || answer.outcome === 'refused') return
  const waiting = answer.value.approvals.filter(({ waitsForYou }) => waitsForYou).length
  if (waiting === 0) return
  const what = waiting === 1 ? 'A request waits' : `${waiting} requests wait`
  context.print.note(`${what} for your approval: sallyport approval list`, 'bold')
}

function isReadyText({ kind, readyForControlledData }: EnclaveView): string {
  if (readyForControlledData) return 'ready'
  return kind === 'sample'
    ? 'never: this is a sample'
    : 'not ready: no restore from a backup has been tried and passed yet'
}

/** Show a person as names and values. */
export function personPairs(person: PersonView): (readonly [string, string])[] {
  return [
    ['person', person.name],
    ['id', person.id],
    ['version', String(person.version)],
    ['kind', person.kind],
    ['external id', person.externalId ?? ''],
    ['mail', person.mail ?? ''],
    ['status', person.status],
    ['roles', person.roles.join(', ')],
    ['employer', person.employer ?? ''],
    ['assigned to', person.assignments.map(({ program, purpose }) => `${program} (${purpose})`).join(', ')],
    ['regular employee', person.regularEmployee ? (person.regularEmployeeBasis ?? 'yes') : ''],
    ['NDA', person.nda ? (person.ndaSignedOn ?? 'yes') : ''],
    ['briefed', person.briefedOn ?? ''],
    ['acts for a foreign employer', person.actsForForeignEmployer ? 'yes' : ''],
    ['verified', [person.verifiedAt, person.verifiedBy].filter((one) => one !== null).join(' by ')],
    ['ended', person.endedAt ?? ''],
    ['merged into', person.mergedInto ?? ''],
  ]
}

function untilOf(profile: Profile): string | null {
  const expiresAtMs = credentialOf(profile)?.expiresAtMs
  return expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString()
}
