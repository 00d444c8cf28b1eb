// The labels of a file or a vault, by their titles; the whole name is what a pointer shows.

import { Badge, makeStyles, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  labels: { display: 'inline-flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, verticalAlign: 'middle' },
})

export interface LabelsProps {
  readonly labels: readonly { readonly fqn: string; readonly title: string }[]
  /** Added after the file was sealed; they apply beside the others. */
  readonly added?: LabelsProps['labels']
}

export function Labels({ labels, added = [] }: LabelsProps) {
  const styles = useStyles()
  return (
    <span className={styles.labels}>
      {labels.map(({ fqn, title }) => (
        <Badge key={fqn} title={fqn} appearance="outline" color="informative">
          {title}
        </Badge>
      ))}
      {added.map(({ fqn, title }) => (
        <Badge key={fqn} title={`${fqn}, added since it was sealed`} appearance="tint" color="warning">
          {title}
        </Badge>
      ))}
    </span>
  )
}
