// What a report tells of the entries, gathered as they go by: bounded, however many there are.

import type { LedgerEntry } from '@sallyport/protocol/ledger'
import type { PacketStatement } from '@sallyport/protocol/packet'
import * as z from 'zod'
import { actorOfNone } from './who.ts'

/** Entries that a report lists, and lines of its summary. A person reads no more on paper. */
const maxListed = 1000
const maxAccessed = 500

/** One line of the table of entries, with ids where a name is still to be put. */
interface SeenEntry {
  readonly index: number
  readonly at: string
  readonly actor: string | null
  /** Who it was where there is no actor. */
  readonly other: string
  readonly what: string
  readonly outcome: string
  readonly about: { readonly kind: string; readonly id: string } | null
  readonly because: string
}

export interface ListedEntry extends Omit<SeenEntry, 'actor' | 'other' | 'about'> {
  readonly who: string
  readonly about: string
}

/** How often somebody asked for one thing to be done, and how it fell. */
export interface Accessed {
  readonly who: string
  readonly action: string
  readonly permits: number
  readonly denials: number
  readonly firstAt: string
  readonly lastAt: string
  readonly authorizations: readonly string[]
}

interface Counted {
  readonly actor: string | null
  readonly action: string
  permits: number
  denials: number
  readonly firstAt: string
  lastAt: string
  readonly authorizations: Set<string>
}

export interface Summary {
  see(index: number, entry: LedgerEntry): void
  /** Put names to the ids. */
  tell(names: PacketStatement['names']): {
    readonly permits: number
    readonly denials: number
    readonly listed: readonly ListedEntry[]
    readonly accessed: readonly Accessed[]
  }
}

const decided = z.object({
  action: z.string(),
  reliance: z.object({ number: z.string() }).nullish(),
  reasons: z.array(z.string()).default([]),
})

export function openSummary(): Summary {
  const listed: SeenEntry[] = []
  const counted = new Map<string, Counted>()
  let [permits, denials] = [0, 0]
  return {
    see(index, entry) {
      const { kind, actor, about, atMs, body } = entry
      const at = new Date(atMs).toISOString()
      const decision = kind === 'decision.permit' || kind === 'decision.deny' ? decided.safeParse(body) : null
      if (kind === 'decision.permit') permits++
      if (kind === 'decision.deny') denials++
      const { action, reliance, reasons = [] } = decision?.success === true ? decision.data : {}
      const isPermit = kind === 'decision.permit'
      const number = reliance?.number ?? null
      if (action !== undefined) count(counted, { actor, action, at, isPermit, number })
      if (listed.length >= maxListed) return
      const outcome = decision === null ? '' : isPermit ? 'permitted' : 'refused'
      const because = number ?? (isPermit ? '' : reasons.join(', '))
      const other = actor === null ? actorOfNone(entry) : ''
      listed.push({ index, at, actor, other, what: words(action ?? kind), outcome, about, because })
    },
    tell: (names) => ({
      permits,
      denials,
      listed: listed.map(({ actor, other, about, ...rest }) => ({
        ...rest,
        who: actor === null ? other : nameOf(names.people, actor),
        about: about === null ? '' : aboutOf(about, names),
      })),
      accessed: [...counted.values()].map(({ actor, authorizations, ...rest }) => ({
        ...rest,
        // Only decisions are counted.
        who: actor === null ? 'nobody on the roster' : nameOf(names.people, actor),
        authorizations: [...authorizations].sort(),
      })),
    }),
  }
}

function count(
  all: Map<string, Counted>,
  seen: { actor: string | null; action: string; at: string; isPermit: boolean; number: string | null },
): void {
  const { actor, action, at, isPermit, number } = seen
  const key = `${actor ?? ''} ${action}`
  const known = all.get(key)
  if (known === undefined && all.size >= maxAccessed) return
  const one = known ?? {
    actor,
    action,
    permits: 0,
    denials: 0,
    firstAt: at,
    lastAt: at,
    authorizations: new Set<string>(),
  }
  all.set(key, one)
  if (isPermit) one.permits++
  else one.denials++
  one.lastAt = at
  if (number !== null && one.authorizations.size < 50) one.authorizations.add(number)
}

/** A kind or an action as words, which break between lines where words do. */
function words(kind: string): string {
  return kind.replace(/[.-]/g, ' ')
}

function aboutOf({ kind, id }: { kind: string; id: string }, names: PacketStatement['names']): string {
  return kind === 'enclave' ? 'the enclave' : `${kind} ${nameOf(namesFor(kind, names), id)}`
}

type Names = Readonly<Record<string, string>>

function namesFor(kind: string, names: PacketStatement['names']): Names {
  if (kind === 'person') return names.people
  if (kind === 'file') return names.files
  return kind === 'authorization' ? names.authorizations : {}
}

function nameOf(names: Names, id: string): string {
  return Object.hasOwn(names, id) ? (names[id] ?? id) : id
}
