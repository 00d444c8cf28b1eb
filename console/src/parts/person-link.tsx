// The way to somebody's record.

import { Link } from '@tanstack/react-router'

export function PersonLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Link to="/people/$personId" params={{ personId: id }}>
      {name || id}
    </Link>
  )
}

/** `a`, `a and b`, `a, b and c`. */
export function PersonLinks({ all }: { readonly all: readonly { readonly id: string; readonly name: string }[] }) {
  return all.map(({ id, name }, at) => (
    <span key={id}>
      {at > 0 && (at === all.length - 1 ? ' and ' : ', ')}
      <PersonLink id={id} name={name} />
    </span>
  ))
}
