// A field that offers what exists and takes what is new.

import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components'

const useStyles = makeStyles({ box: { minWidth: 0, width: '100%' }, list: { maxHeight: '16rem' } })

export interface OfferedProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly isNeeded?: boolean
  readonly options: readonly string[]
  readonly value: string
  readonly onChange: (value: string) => void
}

export function Offered({ label, hint, isNeeded = false, options, value, onChange }: OfferedProps) {
  const styles = useStyles()
  const typed = value.trim().toLowerCase()
  // Once it is chosen or not begun, everything is offered; else what has it in it.
  const fitting = options.includes(value) ? options : options.filter((one) => one.toLowerCase().includes(typed))
  return (
    <Field label={label} required={isNeeded} {...(hint === undefined ? {} : { hint })}>
      <Combobox
        className={styles.box}
        freeform
        value={value}
        selectedOptions={options.includes(value) ? [value] : []}
        listbox={{ className: styles.list }}
        onChange={(event) => onChange(event.target.value)}
        onOptionSelect={(_, { optionValue }) => onChange(optionValue ?? '')}
      >
        {fitting.map((one) => (
          <Option key={one} value={one} text={one}>
            {one}
          </Option>
        ))}
        {fitting.length === 0 && (
          <Option disabled value="" text="">
            New: none is called so yet
          </Option>
        )}
      </Combobox>
    </Field>
  )
}
