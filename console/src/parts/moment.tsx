// A moment or a day as people read it; the exact time is what the machine reads and what a pointer shows.

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const minutes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const utcDays = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** `at` is ISO 8601; a day alone stands as it is, whatever the time zone here. */
export function Moment({ at, isDay = false }: { readonly at: string; readonly isDay?: boolean }) {
  const text = at.length === 10 ? utcDays.format(new Date(at)) : (isDay ? days : minutes).format(new Date(at))
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  )
}
