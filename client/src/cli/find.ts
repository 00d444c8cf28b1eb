// People, vaults, files and authorizations by the names that a person would use: an id, a whole name, or any part of one
// that fits only one thing. Case and accents do not matter.

import { parseId, Problem } from '@sallyport/protocol'
import type {
  AuthorizationView,
  ClassificationView,
  FileView,
  LabelView,
  PersonView,
  VaultView,
} from '@sallyport/protocol/api'
import { call, type Connection, type Outcome } from '../gate/index.ts'
import { wholeList } from './page.ts'

export async function findPerson(connection: Connection, wanted: string): Promise<Outcome<PersonView>> {
  const personId = parseId<'person'>(wanted)
  if (personId !== null) return call(connection, 'person', { params: { personId } })
  const namesOf = ({ name }: PersonView) => [name]
  const name = wanted.trim()
  // By the words of the name first, among however many there are; by any part of it among those of the first page.
  for (const query of [{ name }, {}]) {
    if (query.name === '') continue
    const found = await call(connection, 'people', { query })
    if (found.outcome === 'refused') return found
    const { people } = found.value
    if (query.name !== undefined && fitting(wanted, people, namesOf).length === 0) continue
    // A record that was merged into another has their name, most often, and is meant by its id or a name of its own.
    const standing = people.filter(({ mergedInto }) => mergedInto === null)
    return one('person', wanted, fitting(wanted, standing, namesOf).length > 0 ? standing : people, namesOf)
  }
  throw new Error('cannot find person: neither way was taken, want the last one')
}

export async function findVault(connection: Connection, wanted: string): Promise<Outcome<VaultView>> {
  const found = await allVaults(connection)
  return found.outcome === 'refused' ? found : one('vault', wanted, found.value, ({ id, name }) => [id, name])
}

/** Every vault that one may see, whichever page it is on. */
export function allVaults(connection: Connection): Promise<Outcome<readonly VaultView[]>> {
  return wholeList(
    (query) => call(connection, 'vaults', { query }),
    ({ vaults }) => vaults,
  )
}

/** Every label likewise. */
export function allLabels(connection: Connection): Promise<Outcome<readonly LabelView[]>> {
  return wholeList(
    (query) => call(connection, 'labels', { query }),
    ({ labels }) => labels,
  )
}

export async function findFile(connection: Connection, wanted: string): Promise<Outcome<FileView>> {
  const fileId = parseId<'file'>(wanted)
  if (fileId !== null) return call(connection, 'file', { params: { fileId } })
  const namesOf = ({ name }: FileView) => [name, name.slice(name.lastIndexOf('/') + 1)]
  // By the beginning of its name first, among however many there are; by any part of it among those of the first page.
  for (const query of [{ name: wanted.trim() }, {}]) {
    if (query.name === '') continue
    const found = await call(connection, 'files', { query })
    if (found.outcome === 'refused') return found
    const { files } = found.value
    if (query.name === undefined || fitting(wanted, files, namesOf).length > 0)
      return one('file', wanted, files, namesOf)
  }
  throw new Error('cannot find file: neither way was taken, want the last one')
}

export async function findAuthorization(connection: Connection, wanted: string): Promise<Outcome<AuthorizationView>> {
  const authorizationId = parseId<'authorization'>(wanted)
  if (authorizationId !== null) return call(connection, 'authorization', { params: { authorizationId } })
  const found = await wholeList(
    (query) => call(connection, 'authorizations', { query }),
    ({ authorizations }) => authorizations,
  )
  if (found.outcome === 'refused') return found
  return one('authorization', wanted, found.value, ({ terms }) => [terms.number, terms.title])
}

/** A record by its id or its number, among those that wait or took effect before those that never did. */
export async function findClassification(connection: Connection, wanted: string): Promise<Outcome<ClassificationView>> {
  const classificationId = parseId<'classification'>(wanted)
  if (classificationId !== null) return call(connection, 'classification', { params: { classificationId } })
  const found = await wholeList(
    (query) => call(connection, 'classifications', { query }),
    ({ classifications }) => classifications,
  )
  if (found.outcome === 'refused') return found
  const namesOf = ({ terms }: ClassificationView) => [terms.number]
  const standing = found.value.filter(({ state, effectiveAt }) => state === 'registered' || effectiveAt !== null)
  return one('classification', wanted, fitting(wanted, standing, namesOf).length > 0 ? standing : found.value, namesOf)
}

/**
 * Choose the one thing that is meant. The name as it is written wins over the same one in other letters, and a whole name
 * over parts of names; two that fit are nobody's guess.
 */
function one<T extends { readonly id: string }>(
  what: string,
  wanted: string,
  all: readonly T[],
  namesOf: (thing: T) => readonly string[],
): Outcome<T> {
  const [found, second] = fitting(wanted, all, namesOf)
  if (found === undefined) {
    const hint = what === 'file' ? unseenFile : ''
    throw new Problem(
      'not-found',
      `cannot find ${what} ${wanted}: no name or id fits, want one that you may see${hint}`,
    )
  }
  if (second !== undefined) {
    const both = [found, second].map((thing) => `${namesOf(thing)[0] ?? ''} (${thing.id})`).join(', ')
    throw new Problem(
      'invalid-request',
      `cannot tell which ${what} is meant: ${wanted} fits ${both}, want the id or more of the name`,
    )
  }
  return { outcome: 'answered', value: found }
}

function fitting<T>(wanted: string, all: readonly T[], namesOf: (thing: T) => readonly string[]): readonly T[] {
  const written = wanted.trim().normalize('NFC')
  const plain = folded(written)
  const named = (fits: (name: string) => boolean): T[] => all.filter((thing) => namesOf(thing).some(fits))
  const exact = named((name) => name.normalize('NFC') === written)
  const whole = exact.length > 0 ? exact : named((name) => folded(name) === plain)
  return whole.length > 0 ? whole : plain === '' ? [] : named((name) => folded(name).includes(plain))
}

const unseenFile =
  '. A file that you may not see is found by its id only: ask whoever sent it for the id, and the gate will then tell why.'

/** Take accents and case off a name: `TOMAS` and `Tomás` become one. */
export function folded(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
