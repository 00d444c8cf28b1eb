// How often one matter happened, and when: nothing for what happened once.

import { Moment } from './moment.tsx'

/** `all` newest first, at ISO 8601. */
export function Times({ all }: { readonly all: readonly { readonly at: string }[] }) {
  const oldest = all.at(-1)
  if (oldest === undefined || all.length < 2) return null
  return (
    <>
      <span title={all.map(({ at }) => at).join(', ')}>
        {all.length} times since <Moment at={oldest.at} />
      </span>
      {' · '}
    </>
  )
}
