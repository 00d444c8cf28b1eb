// One of a few, all of them in sight: which view of a page is shown.

import { makeStyles, ToggleButton, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  group: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, '@media print': { display: 'none' } },
})

export interface ChoiceProps<T extends string> {
  /** What is chosen, for whoever hears it. */
  readonly label: string
  readonly options: readonly { readonly value: T; readonly text: string }[]
  readonly value: T
  readonly onChoose: (value: T) => void
}

export function Choice<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>) {
  const styles = useStyles()
  return (
    <fieldset className={styles.group} aria-label={label} style={{ border: 0, margin: 0, padding: 0 }}>
      {options.map((one) => (
        <ToggleButton
          key={one.value}
          shape="circular"
          appearance={one.value === value ? 'primary' : 'secondary'}
          checked={one.value === value}
          onClick={() => onChoose(one.value)}
        >
          {one.text}
        </ToggleButton>
      ))}
    </fieldset>
  )
}
