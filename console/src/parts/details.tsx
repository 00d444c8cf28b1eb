// Whatever a record holds, member by member, for records whose members differ by kind: nothing of it is left out.

import { Facts } from './facts.tsx'
import { wordedMember } from './wording.ts'

export function Details({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  return (
    <Facts
      facts={Object.entries(details).map(([name, value]) => [wordedMember(name), <Value key={name} value={value} />])}
    />
  )
}

function Value({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined || value === '') return <>none</>
  if (typeof value === 'boolean') return <>{value ? 'yes' : 'no'}</>
  if (typeof value === 'string' || typeof value === 'number') return <>{value}</>
  if (Array.isArray(value)) {
    if (value.length === 0) return <>none</>
    if (value.every((one) => typeof one !== 'object')) return <>{value.join(', ')}</>
    return (
      <>
        {value.map((one: unknown) => (
          <Value key={JSON.stringify(one)} value={one} />
        ))}
      </>
    )
  }
  return <Details details={value as Readonly<Record<string, unknown>>} />
}
