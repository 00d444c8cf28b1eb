// What narrows a list, above it: the address keeps it, so that a list is sent on as it was narrowed.

import { Field, Input, makeStyles, SearchBox, Select, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  filters: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  text: { flexGrow: 1, flexBasis: '14rem', maxWidth: '24rem' },
  count: { marginInlineStart: 'auto', color: tokens.colorNeutralForeground2, paddingBlockEnd: tokens.spacingVerticalS },
})

/** Change some of what the page's address says; what is empty or undefined is not asked for any more. */
export function useNarrowing<S extends object>(
  search: S,
): (changed: { readonly [K in keyof S]?: string | undefined }) => void {
  const navigate = useNavigate()
  return (changed) => {
    const kept = Object.entries({ ...search, ...changed }).filter(([, value]) => value !== undefined && value !== '')
    void navigate({ to: '.', search: Object.fromEntries(kept) as never, replace: true })
  }
}

export interface FiltersProps {
  readonly children: ReactNode
  /** How many fit, and whether these are all. */
  readonly count?: { readonly shown: number; readonly isWhole: boolean }
}

export function Filters({ children, count }: FiltersProps) {
  const styles = useStyles()
  return (
    <search className={styles.filters}>
      {children}
      {count !== undefined && (
        <output className={styles.count}>
          {count.shown.toLocaleString()}
          {count.isWhole ? '' : ' so far'}
        </output>
      )}
    </search>
  )
}

export interface FilterProps {
  readonly label: string
  readonly value: string | undefined
  /** Told the empty text where nothing is asked for. */
  readonly onChange: (value: string) => void
}

export function TextFilter({ label, value, onChange }: FilterProps) {
  const styles = useStyles()
  return (
    <Field label={label} className={styles.text}>
      <SearchBox value={value ?? ''} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}

/** The names of the ends of a period: both days whole, in UTC. */
export const periodEnds = { from: 'From (UTC)', to: 'To the end of (UTC)' } as const

export interface PeriodFilterProps {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly onChange: (changed: { readonly from?: string; readonly to?: string }) => void
}

/** From the beginning of one day to the end of another. The gate is asked up to `dayAfter` the second. */
export function PeriodFilter({ from, to, onChange }: PeriodFilterProps) {
  return (
    <>
      <DayFilter label={periodEnds.from} value={from} onChange={(day) => onChange({ from: day })} />
      <DayFilter label={periodEnds.to} value={to} onChange={(day) => onChange({ to: day })} />
    </>
  )
}

/** Up to which the gate is asked, so that a last day is meant with all of its hours. */
export function dayAfter(day: string | undefined): string | undefined {
  if (day === undefined || Number.isNaN(Date.parse(day))) return undefined
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

export function DayFilter({ label, value, onChange }: FilterProps) {
  return (
    <Field label={label}>
      <Input type="date" value={value ?? ''} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}

/** One of a few, or any: `options` by their values. */
export function ChoiceFilter({
  label,
  value,
  onChange,
  options,
  any = 'Any',
}: FilterProps & { readonly options: Readonly<Record<string, string>>; readonly any?: string }) {
  return (
    <Field label={label}>
      <Select value={value ?? ''} onChange={(_, data) => onChange(data.value)}>
        <option value="">{any}</option>
        {Object.entries(options).map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  )
}
