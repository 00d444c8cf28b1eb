// Names beside what entries say by ids: people and files, as they are called now.

import { parseId, type Id } from '@sallyport/protocol'
import type { ListedEntry } from '@sallyport/protocol/api'
import { namesOfFiles } from '../files/index.ts'
import { displayNames } from '../roster/index.ts'
import type { Gate } from './gate.ts'

/** Who did something, and what it was about. */
interface Doing {
  readonly actor: string | null
  readonly about: { readonly kind: string; readonly id: string } | null
}
export type NameThings = (one: Doing) => Pick<ListedEntry, 'by' | 'about'>

export async function namingThings(gate: Gate, entries: readonly Doing[]): Promise<NameThings> {
  const of = (kind: string) => entries.flatMap(({ about }) => (about?.kind === kind ? [about.id] : []))
  const actors = entries.flatMap(({ actor }) => (actor === null ? [] : [actor]))
  const people = await displayNames(gate.database, ids<'person'>([...actors, ...of('person')]))
  const files = await namesOfFiles(gate.database, ids<'file'>(of('file')))
  const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => {
    if (kind === 'person') return people.get(id as Id<'person'>) ?? ''
    return kind === 'file' ? (files.get(id as Id<'file'>)?.name ?? '') : ''
  }
  return ({ actor, about }) => ({
    by: actor === null ? null : { id: actor, name: people.get(actor as Id<'person'>) ?? '' },
    about: about === null ? null : { kind: about.kind, id: about.id, name: nameOf(about) },
  })
}

/** Ids of a kind of thing, each once; what is none names nothing. */
function ids<K extends 'person' | 'file'>(all: readonly string[]): readonly Id<K>[] {
  return [...new Set(all)].flatMap((id) => parseId<K>(id) ?? [])
}
