// The backup and its drill are done at the gate's host, by whoever keeps it: what to type there, with what is known filled in.

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

export interface RestoringProps {
  /** Ids of people; null where nobody has the role yet. */
  readonly officer: string | null
  readonly engineer: string | null
}

export function Restoring({ officer, engineer }: RestoringProps) {
  const styles = useStyles()
  const by = officer ?? '<id of an officer>'
  return (
    <pre className={styles.commands}>
      {`head -c 32 /dev/urandom | sudo -u sallyport sh -c 'umask 077; cat > /media/backup/key'
sudo -u sallyport sallyport backup create /backup/first --config /etc/sallyport/sallyport.yaml \\
  --key-file /media/backup/key --officer ${by} --all-objects
sudo -u sallyport sallyport backup drill /backup/first --config /etc/sallyport/sallyport.yaml \\
  --key-file /media/backup/key --officer ${by} --opener ${engineer ?? '<id of the engineer>'} \\
  --canary <id of the protected file> --original <the file as it was>`}
    </pre>
  )
}
