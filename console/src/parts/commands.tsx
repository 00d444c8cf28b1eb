// Commands to type at the gate's host, as they are typed: they wrap where there is little room, and are copied as they stand.

import { makeStyles, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  commands: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground2,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
})

export function Commands({ text }: { readonly text: string }) {
  const styles = useStyles()
  return <pre className={styles.commands}>{text}</pre>
}
