// What outside labels mean, and how a set of labels is said outside.

import { Problem } from '@sallyport/protocol'
import {
  parseOutside,
  readOutside,
  writeOutside,
  type FoundOutside,
  type OutsideLabel,
  type ReadOutside,
} from '@sallyport/protocol/markings'
import type { Sql } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { activeLabels } from '../store.ts'
import type { LabelFqn } from '@sallyport/protocol'
import { mappingsNow, type MappingNow } from './store.ts'

type Deps = Pick<FilesDependencies, 'database'>

/** List what outside labels mean, those without a meaning left out. Throws Problem `refused` for a permit that does not fit. */
export async function listMappings({ database }: Deps, permit: Permit<'label.list'>): Promise<readonly MappingNow[]> {
  spendPermit(permit, 'label.list', 'enclave')
  return (await mappingsNow(database)).filter(({ labels }) => labels.length > 0)
}

/** Say what outside labels mean. Throws Problem `refused` for a permit that does not fit. */
export async function readMapped(
  { database }: Deps,
  permit: Permit<'label.list'>,
  found: readonly FoundOutside[],
): Promise<readonly ReadOutside[]> {
  spendPermit(permit, 'label.list', 'enclave')
  return await meaningsOf(database, found)
}

/**
 * Say a set of labels in another system, so that it is read back the same. Throws Problem `refused` for a permit that does not fit,
 * `conflict` where it cannot be said without loss.
 */
export async function writeMapped(
  { database }: Deps,
  permit: Permit<'label.list'>,
  { labels, system, scope }: Pick<OutsideLabel, 'system' | 'scope'> & { readonly labels: readonly string[] },
): Promise<readonly string[]> {
  spendPermit(permit, 'label.list', 'enclave')
  const mappings = (await mappingsNow(database)).filter((one) => one.labels.length > 0)
  const written = writeOutside(labels, mappings, { system, scope })
  if (written !== null) return written
  throw new Problem('conflict', 'cannot write labels: no outside label means exactly that, want a mapping of this set')
}

/**
 * What outside labels mean now. INVARIANT: a mapping of which a label is not in force any more means nothing, and so is unknown: it stops
 * whoever reads it.
 */
export async function meaningsOf(sql: Sql, found: readonly FoundOutside[]): Promise<readonly ReadOutside[]> {
  if (found.length === 0) return []
  const mappings = await mappingsNow(sql)
  const named = [...new Set(mappings.flatMap(({ labels }) => labels))] as LabelFqn[]
  const active = new Set<string>((await activeLabels(sql, named)).map(({ fqn }) => fqn))
  const meant = mappings.filter(({ labels }) => labels.length > 0 && labels.every((one) => active.has(one)))
  const scopes = mappings.flatMap(({ outside }) => parseOutside(outside) ?? [])
  const tenants = new Set(scopes.filter(({ system }) => system === 'microsoft').map(({ scope }) => scope))
  return readOutside(found, new Map(meant.map(({ outside, labels }) => [outside, labels])), tenants)
}
