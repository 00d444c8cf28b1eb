// What the gate says of edited policies: examples, both proofs with what speaks against them told as a story, and what differs.

import { Badge, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { Items } from '../../parts/items.tsx'
import { PolicyDifferences } from '../../parts/policy-differences.tsx'
import type { Checked } from './query.ts'

const useStyles = makeStyles({
  all: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    // The buttons of the card stand above it where there is no room beside its title.
    marginTop: tokens.spacingVerticalS,
  },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  bar: { minHeight: 'auto', paddingBlock: tokens.spacingVerticalS, alignItems: 'start' },
  story: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
})

const methodNames: Readonly<Record<string, string>> = { exhaustive: 'Every case tried', smt: 'Shown by Z3 (SMT)' }

export function CheckShown({ checked }: { readonly checked: Checked }) {
  const styles = useStyles()
  const { digest, methods, examples, differences } = checked
  if (digest === null) return <p>This is no policy set yet: put right what stands below the text.</p>
  const stories = [...new Set(methods.flatMap(({ proved, state }) => (proved ? [] : [state])))]
  const failed = examples.filter((one) => !one.holds)
  return (
    <div className={styles.all}>
      <h3 className={styles.heading}>The proof</h3>
      <Items
        items={methods.map(({ method, proved }) => ({
          key: method,
          what: methodNames[method] ?? method,
          end: (
            <Badge appearance="tint" color={proved ? 'success' : 'danger'}>
              {proved ? 'Proved' : 'Not proved'}
            </Badge>
          ),
        }))}
      />
      {stories.map((story) => (
        <MessageBar key={story} intent="error" layout="multiline" className={styles.bar}>
          <MessageBarBody className={styles.story}>
            <MessageBarTitle>This set cannot be asked for</MessageBarTitle> {story}
          </MessageBarBody>
        </MessageBar>
      ))}
      <h3 className={styles.heading}>Examples</h3>
      <p>
        {examples.length - failed.length} of {examples.length} hold.
      </p>
      {failed.length > 0 && (
        <Items
          items={failed.map(({ title, whose, state }) => ({
            key: `${whose} ${title}`,
            what: title,
            more: `${whose === 'ours' ? 'Of this version, which yours may answer otherwise' : 'Yours'} · answered ${state}`,
            end: (
              <Badge appearance="tint" color={whose === 'ours' ? 'warning' : 'danger'}>
                Does not hold
              </Badge>
            ),
          }))}
        />
      )}
      <h3 className={styles.heading}>What differs from the set in force</h3>
      <div>
        <PolicyDifferences differences={differences} />
      </div>
    </div>
  )
}
