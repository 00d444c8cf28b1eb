// The gates that a file is split among. Each is reached by a profile of this machine: the file's word chooses among gates that
// somebody signed in to here, and never an address.

import { Problem } from '@sallyport/protocol'
import { gateOrigin, requireLabels, type Connection } from '../gate/index.ts'
import { meet, profileNames, readProfile } from '../session/index.ts'
import type { KasKey, KeyFacts } from '../tdf/index.ts'
import { loginAs } from './advice.ts'
import type { Context } from './context.ts'

/** A gate of this machine's profiles. */
export interface KnownGate {
  readonly connection: Connection
  readonly profileName: string
}

/** The gates that a file names, by origin; those that no profile is of are not among them. */
export type KnownGates = ReadonlyMap<string, KnownGate>

/**
 * Find whom to ask for the shares of a file: by the profile in use, by the one of `--also`, or by the only other one that is of
 * a gate. Everything that can be known beforehand is, so that no gate releases a share that is then of no use. Throws Problem
 * `invalid-file` when nobody here knows any gate of a split, `conflict` when several profiles are of one gate, and
 * `not-signed-in`.
 */
export async function findGates(
  context: Context,
  splits: readonly (readonly Pick<KeyFacts, 'origin'>[])[],
  also: string | undefined,
): Promise<KnownGates> {
  const origins = new Set(splits.flat().flatMap(({ origin }) => origin ?? []))
  const names = await candidates(context, also)
  const gates = new Map<string, KnownGate>()
  for (const origin of origins) {
    const name = chosenFor(origin, names, context.profileName, also)
    if (name !== null) gates.set(origin, { connection: await context.connectAs(name), profileName: name })
  }
  for (const alternatives of splits) {
    if (alternatives.some(({ origin }) => origin !== null && gates.has(origin))) continue
    throw unknownGate(alternatives[0]?.origin ?? null, (await context.profile()).gate.url)
  }
  if (splits.length > 1) for (const gate of gates.values()) requireSession(gate)
  return gates
}

/** Say that a file names a gate that nobody here signed in to. ATTACKER: the address is shown, and nobody is sent there. */
export function unknownGate(origin: string | null, wanted: string): Problem {
  return new Problem(
    'invalid-file',
    `cannot receive the key of the file: the file names the gate ${origin ?? 'of no address'}, want ${wanted}` +
      ' or the gate of another profile',
  )
}

/** Name the gates that profiles are of. A profile that cannot be read is of none, unless it is the one in use or asked for. */
async function candidates(context: Context, also: string | undefined): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const name of new Set([context.profileName, ...(also === undefined ? [] : [also])])) {
    found.set(name, (await context.profileNamed(name)).gate.url)
  }
  for (const name of await profileNames(context.folder)) {
    const profile = found.has(name) ? null : await readProfile(context.folder, name).catch(() => null)
    if (profile !== null) found.set(name, profile.gate.url)
  }
  return new Map([...found].flatMap(([name, url]) => (URL.canParse(url) ? [[name, gateOrigin(url)]] : [])))
}

function chosenFor(
  origin: string,
  names: ReadonlyMap<string, string>,
  inUse: string,
  also: string | undefined,
): string | null {
  for (const name of [also, inUse]) if (name !== undefined && names.get(name) === origin) return name
  const others = [...names].flatMap(([name, of]) => (of === origin ? name : []))
  if (others.length > 1) {
    throw new Problem(
      'conflict',
      `cannot ask ${origin}: the profiles ${others.join(', ')} are of it, want --also <profile>`,
    )
  }
  return others[0] ?? null
}

function requireSession({ connection: { credential, clock, origin }, profileName }: KnownGate): void {
  if (credential !== null && credential.expiresAtMs > clock.now()) return
  throw new Problem(
    'not-signed-in',
    `cannot ask ${origin}: nobody is signed in there, want \`${loginAs(profileName)}\` first`,
  )
}

/** A gate that files are split with, as the profile named by `--also` knows it. */
export interface SecondGate {
  readonly origin: string
  readonly key: KasKey
}

/**
 * Meet the second gate and look whether it can ever decide about files under these labels. Throws Problem `conflict` when it
 * cannot, when its ledger is not the one that was pinned, or when it is the first gate again.
 */
export async function meetSecondGate(context: Context, name: string, labels: readonly string[]): Promise<SecondGate> {
  const [home, profile, connection] = [
    await context.profile(),
    await context.profileNamed(name),
    await context.connectAs(name),
  ]
  const { origin } = connection
  const cannot = (state: string, want: string) =>
    new Problem('conflict', `cannot split a file with ${origin}: ${state}, want ${want}`)
  if (origin === gateOrigin(home.gate.url)) throw cannot('that is where it is stored', 'another gate')
  const { kind, state, wrappingKey } = await meet(connection, profile)
  // A sample's keys are known to everybody.
  if (kind === 'sample' && home.gate.kind === 'real') throw cannot('it is a sample enclave', 'a real one')
  if (state !== 'founded') throw cannot('it is being founded', 'it founded')
  if (URL.parse(wrappingKey.url)?.origin !== origin) throw cannot(`its key is for ${wrappingKey.url}`, 'one of its own')
  requireSession({ connection, profileName: name })
  await requireLabels(connection, labels)
  return { origin, key: wrappingKey }
}
