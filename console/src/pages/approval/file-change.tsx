// A file that is to go, or labels of one that are to be others.

import type { ReactNode } from 'react'
import { Facts } from '../../parts/facts.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { LabelTitles } from '../../parts/label-titles.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/page.tsx'
import { PersonLink } from '../../parts/person-link.tsx'
import { worded } from '../../parts/wording.ts'
import type { Showing } from './showing.ts'

/** As the gate describes a change of a file; labels by their names, those of a deletion by their titles. */
interface FileChange {
  readonly name: string | null
  /** Today. */
  readonly state: string
  readonly vault?: string
  readonly labels?: readonly string[]
  readonly protectedBy?: { readonly id: string; readonly name: string }
  readonly protectedAt?: string
  readonly sealed?: readonly string[] | null
  readonly from?: readonly string[]
  readonly to?: readonly string[]
  readonly designation?: string | null
  readonly keys?: number
  readonly policySha256?: string
  readonly reason: string
}

const changes: Readonly<Record<string, string>> = {
  'file.delete': 'Delete it for good',
  'file.reclassify': 'Take labels off that it carries besides',
  'file.rescue': 'Let other labels stand in place of those that it was sealed under',
}

export function FileChanged({ approval: { kind, state, about, details }, title }: Showing) {
  const change = details as unknown as FileChange
  const { name, labels, protectedBy, protectedAt, vault, reason } = change
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', changes[kind] ?? worded(kind)],
          ['File', <FileLink key="file" id={about.id} name={name ?? 'Not registered here'} />],
          ...(vault === undefined ? [] : [['Vault', vault] as const]),
          ...(protectedBy === undefined || protectedAt === undefined
            ? []
            : ([
                [
                  'Protected by',
                  <>
                    <PersonLink {...protectedBy} />, <Moment at={protectedAt} />
                  </>,
                ],
              ] as const)),
          ...(labels === undefined ? [] : [['Labels', labels.length === 0 ? 'None' : labels.join(', ')] as const]),
          ...labelFacts(change),
          ...(change.keys === undefined ? [] : [['Keys of it', String(change.keys)] as const]),
          ...(change.designation ? [['Designated by', change.designation] as const] : []),
          ['Why', reason],
          ...(state === 'pending' ? [['Now', worded(change.state)] as const] : []),
        ]}
      />
    </Section>
  )
}

function labelFacts({ sealed, from, to }: FileChange): readonly (readonly [string, ReactNode])[] {
  const fact = (what: string, names: readonly string[] | null | undefined) =>
    names === undefined || names === null ? [] : [[what, <LabelTitles key={what} values={names} />] as const]
  return [
    ...fact('Sealed under', sealed),
    ...fact(sealed === undefined ? 'Labels that it was sealed under' : 'Besides, before', from),
    ...fact(sealed === undefined ? 'Labels in their place' : 'Besides, after', to),
  ]
}
