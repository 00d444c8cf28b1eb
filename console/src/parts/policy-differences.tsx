// What differs between two policy sets, policy by policy.

import { makeStyles, tokens } from '@fluentui/react-components'
import type { AnswerOf } from '../api/index.ts'

type Differences = AnswerOf<'policySets'>['differences']

const useStyles = makeStyles({
  text: {
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    margin: `${tokens.spacingVerticalXS} 0 ${tokens.spacingVerticalM}`,
  },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300 },
})

const words = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const

export function PolicyDifferences({ differences }: { readonly differences: Differences }) {
  const styles = useStyles()
  const all = (['added', 'removed', 'changed'] as const).flatMap((kind) =>
    Object.entries(differences[kind]).map(([id, text]) => ({
      key: `${kind} ${id}`,
      title: `${words[kind]}: ${id}`,
      text,
    })),
  )
  if (all.length === 0 && !differences.schema) return <p>It says the same as the set in force.</p>
  return (
    <>
      {differences.schema && <p>What policies may speak of differs too.</p>}
      {all.map(({ key, title, text }) => (
        <section key={key} aria-label={title}>
          <h3 className={styles.heading}>{title}</h3>
          <pre className={styles.text}>{text}</pre>
        </section>
      ))}
    </>
  )
}
