// Before anybody is asked: what is still missing, what is wrong, and who would gain or lose what.

import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { AccessEffect } from '../../parts/access-effect.tsx'
import { wordedField } from '../../parts/authorization-fields.ts'
import { Items } from '../../parts/items.tsx'
import { Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import type { Missing } from './kinds.ts'
import type { Fault } from './terms-of.ts'
import type { LookedAt } from './query.ts'

const useStyles = makeStyles({
  acts: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    marginBlockStart: tokens.spacingVerticalM,
  },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
  bar: { marginBlock: tokens.spacingVerticalS },
})

export interface AskingProps {
  readonly missing: readonly Missing[]
  readonly faults: readonly Fault[]
  readonly effect: LookedAt | null
  readonly isLooking: boolean
  readonly error: unknown
  /** What the button says that asks: `Register it`. */
  readonly verb: string
  readonly onLook: () => void
  readonly onAsk: () => void
}

export function Asking({ missing, faults, effect, isLooking, error, verb, onLook, onAsk }: AskingProps) {
  const styles = useStyles()
  const needed = missing.filter(({ isNeeded }) => isNeeded)
  const usual = missing.filter(({ isNeeded }) => !isNeeded)
  return (
    <Section title="Before you ask">
      {needed.length > 0 && (
        <p>
          <strong>Still missing:</strong> {needed.map(({ label }) => label).join(', ')}.
        </p>
      )}
      {usual.length > 0 && (
        <p>Its paper usually has, and these terms have not: {usual.map(({ label }) => label).join(', ')}.</p>
      )}
      {faults.length > 0 && (
        <MessageBar intent="error" layout="multiline" className={styles.bar} role="alert">
          <MessageBarBody>
            <MessageBarTitle>Not registered: put this right first</MessageBarTitle>
            <ul className={styles.list}>
              {faults.map(({ field, text }) => (
                <li key={`${field} ${text}`}>
                  {wordedField(field)}: {text}
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {error !== null && <Trouble error={error} />}
      {effect === null ? (
        <p>Look at who would gain or lose what. Nothing is written by it; the question is on record.</p>
      ) : (
        <section aria-label="Who would gain or lose what">
          <AccessEffect {...effect} />
          <Items
            items={[
              {
                key: 'next',
                what: 'Two other officers look at exactly this and approve it',
                more: 'From the second approval on it decides, in every process at once',
              },
            ]}
          />
        </section>
      )}
      <div className={styles.acts}>
        <Button appearance={effect === null ? 'primary' : 'secondary'} disabled={isLooking} onClick={onLook}>
          {isLooking ? 'Looking at everybody and everything' : 'Look at the effect'}
        </Button>
        <Button appearance={effect === null ? 'secondary' : 'primary'} disabled={effect === null} onClick={onAsk}>
          {verb}
        </Button>
      </div>
    </Section>
  )
}
