// The fields of the form. Each shows the fault that was found at its place in the terms.

import { Checkbox, Field, Input, makeStyles, mergeClasses, Select, Textarea, tokens } from '@fluentui/react-components'
import { createContext, useContext, useState, type ReactNode } from 'react'
import { countryName } from '../../parts/countries.ts'
import type { Fault } from './terms-of.ts'

const FaultsContext = createContext<readonly Fault[]>([])
export const ShowFaults = FaultsContext.Provider

/** What is wrong at a place in the terms, or under it. */
function useFault(place: string | undefined): { readonly validationMessage?: string } {
  const faults = useContext(FaultsContext)
  if (place === undefined) return {}
  const own = faults.filter(({ field }) => field === place || field.startsWith(`${place}.`))
  return own.length === 0 ? {} : { validationMessage: [...new Set(own.map(({ text }) => text))].join('; ') }
}

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(17rem, 100%), 1fr))',
    columnGap: tokens.spacingHorizontalXL,
    rowGap: tokens.spacingVerticalM,
    alignItems: 'start',
  },
  wide: { gridColumn: '1 / -1' },
  choices: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalM },
  choice: { minHeight: '2rem' },
  set: { border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0 },
  fault: { margin: 0, color: tokens.colorPaletteRedForeground1, fontSize: tokens.fontSizeBase200 },
})

/** Fields beside each other, as many as there is room for. */
export function FieldGrid({ children }: { readonly children: ReactNode }) {
  const { grid } = useStyles()
  return <div className={grid}>{children}</div>
}

export interface FieldProps<T> {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  /** Its place in the terms. */
  readonly place?: string
  readonly hint?: string
  readonly isNeeded?: boolean
}

function hinted(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint }
}

export function TextField({
  label,
  value,
  onChange,
  place,
  hint,
  isNeeded = false,
  max = 200,
}: FieldProps<string> & { readonly max?: number }) {
  return (
    <Field label={label} required={isNeeded} {...hinted(hint)} {...useFault(place)}>
      <Input value={value} onChange={(_, data) => onChange(data.value)} maxLength={max} />
    </Field>
  )
}

export function LongField({
  label,
  value,
  onChange,
  place,
  hint,
  isNeeded = false,
  max = 2000,
}: FieldProps<string> & { readonly max?: number }) {
  const { wide } = useStyles()
  return (
    <Field className={wide} label={label} required={isNeeded} {...hinted(hint)} {...useFault(place)}>
      <Textarea value={value} onChange={(_, data) => onChange(data.value)} maxLength={max} rows={2} resize="vertical" />
    </Field>
  )
}

export function ChoiceField({
  label,
  value,
  onChange,
  place,
  hint,
  options,
}: FieldProps<string> & { readonly options: readonly (readonly [value: string, text: string])[] }) {
  return (
    <Field label={label} {...hinted(hint)} {...useFault(place)}>
      <Select value={value} onChange={(_, data) => onChange(data.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  )
}

const dayMs = 86_400_000
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/**
 * A day, kept as an instant: its beginning in UTC or, where `isEnd`, the beginning of the next one. An instant that is no such beginning
 * stays as it is until another day is chosen.
 */
export function DayField({
  label,
  value,
  onChange,
  place,
  hint,
  isNeeded = false,
  isEnd = false,
}: FieldProps<string> & { readonly isEnd?: boolean }) {
  const ms = Date.parse(value)
  const isDay = Number.isNaN(ms) || ms % dayMs === 0
  const exact = isDay ? hint : `Now exactly ${value}. ${hint ?? ''}`
  const shown = Number.isNaN(ms) ? '' : dayOf(isEnd ? ms - 1 : ms)
  const choose = (day: string) => {
    const chosen = Date.parse(day)
    onChange(Number.isNaN(chosen) ? '' : `${dayOf(isEnd ? chosen + dayMs : chosen)}T00:00:00Z`)
  }
  return (
    <Field label={label} required={isNeeded} {...hinted(exact)} {...useFault(place)}>
      <Input type="date" value={shown} onChange={(_, data) => choose(data.value)} />
    </Field>
  )
}

/** A day alone, as records have it. */
export function DateField({ label, value, onChange, place, hint, isNeeded = false }: FieldProps<string>) {
  return (
    <Field label={label} required={isNeeded} {...hinted(hint)} {...useFault(place)}>
      <Input type="date" value={value} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}

/** Words with commas or spaces between. What is typed stays as it is typed. */
function useWords(
  words: readonly string[],
  onChange: (words: readonly string[]) => void,
  read: (text: string) => string,
) {
  const [text, setText] = useState(words.join(', '))
  const type = (typed: string) => {
    setText(typed)
    const all = read(typed)
      .split(/[\s,;]+/)
      .filter((word) => word !== '')
    onChange([...new Set(all)])
  }
  return { text, type }
}

/** Countries by their two letters; their names stand beneath. */
export function CountriesField({
  label,
  value,
  onChange,
  place,
  hint,
  isNeeded = false,
}: FieldProps<readonly string[]>) {
  const { text, type } = useWords(value, onChange, (typed) => typed.toUpperCase())
  const named =
    value.length === 0 ? (hint ?? 'Two letters each (ISO 3166-1), with commas') : value.map(countryName).join(', ')
  return (
    <Field label={label} required={isNeeded} hint={named} {...useFault(place)}>
      <Input value={text} onChange={(_, data) => type(data.value)} />
    </Field>
  )
}

export interface Known {
  readonly value: string
  readonly text: string
}

/** Short names: those that are known to choose, and others typed. */
export function NamesField({
  label,
  value,
  onChange,
  place,
  hint,
  known,
  isNeeded = false,
}: FieldProps<readonly string[]> & { readonly known: readonly Known[] }) {
  const styles = useStyles()
  const isKnown = (name: string) => known.some((one) => one.value === name)
  const chosen = value.filter(isKnown)
  const others = value.filter((name) => !isKnown(name))
  const { text, type } = useWords(
    others,
    (words) => onChange([...new Set([...chosen, ...words])]),
    (typed) => typed.toLowerCase(),
  )
  return (
    <div className={styles.wide}>
      {known.length > 0 && (
        <Checks
          label={label}
          options={known.map((one) => [one.value, one.text] as const)}
          value={chosen}
          onChange={(names) => onChange([...names, ...others])}
        />
      )}
      <Field
        label={known.length > 0 ? `${label}: others` : label}
        required={isNeeded && known.length === 0}
        {...hinted(hint)}
        {...useFault(place)}
      >
        <Input value={text} onChange={(_, data) => type(data.value)} />
      </Field>
    </div>
  )
}

/** Some of a few. */
export function Checks<T extends string>({
  label,
  options,
  value,
  onChange,
  place,
}: FieldProps<readonly T[]> & { readonly options: readonly (readonly [value: T, text: string])[] }) {
  const styles = useStyles()
  const { validationMessage } = useFault(place)
  return (
    <fieldset className={mergeClasses(styles.wide, styles.set)}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.choices}>
        {options.map(([one, text]) => (
          <Checkbox
            key={one}
            className={styles.choice}
            label={text}
            checked={value.includes(one)}
            onChange={(_, { checked }) =>
              onChange(checked === true ? [...value, one] : value.filter((other) => other !== one))
            }
          />
        ))}
      </div>
      {validationMessage !== undefined && (
        <p role="alert" className={styles.fault}>
          {validationMessage}
        </p>
      )}
    </fieldset>
  )
}
