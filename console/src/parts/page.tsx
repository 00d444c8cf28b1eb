// A page's frame: its heading, which the shell gives the focus when one comes to it, what can be done, and its sections.

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useId, type ReactNode } from 'react'

const useStyles = makeStyles({
  page: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    alignContent: 'start',
    rowGap: tokens.spacingVerticalXL,
    padding: `${tokens.spacingVerticalXXL} ${tokens.spacingHorizontalXXXL}`,
    maxWidth: '76rem',
    boxSizing: 'border-box',
    '@media (max-width: 600px)': { padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL}` },
    '@media print': { padding: 0, maxWidth: 'none' },
  },
  tall: { minHeight: '100%', gridTemplateRows: 'auto minmax(0, 1fr)' },
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  heading: {
    margin: 0,
    marginInlineEnd: 'auto',
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
    outlineStyle: 'none',
  },
  lead: {
    margin: 0,
    flexBasis: '100%',
    boxSizing: 'border-box',
    // Long lines end early, and the line is still its own: a smaller width would let it stand beside the heading.
    paddingInlineEnd: 'max(0px, calc(100% - 46rem))',
    color: tokens.colorNeutralForeground2,
  },
  section: {
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    '@media (max-width: 600px)': { padding: tokens.spacingVerticalM },
    '@media print': { border: 'none', padding: 0, breakInside: 'avoid' },
  },
  sectionHead: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: tokens.spacingHorizontalM },
  sectionHeading: {
    margin: `0 auto ${tokens.spacingVerticalS} 0`,
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
})

export interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  /** Fills the window, so that a list scrolls inside it. */
  readonly isTall?: boolean
  readonly children: ReactNode
}

export function Page({ title, lead, actions, isTall = false, children }: PageProps) {
  const styles = useStyles()
  useEffect(() => {
    document.title = `${title} · Sallyport`
  }, [title])
  return (
    <div className={mergeClasses(styles.page, isTall && styles.tall)}>
      <div className={styles.head}>
        <h1 className={styles.heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </div>
      {children}
    </div>
  )
}

/** A part of a page with a heading of its own. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const styles = useStyles()
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionHeading} id={id}>
          {title}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  )
}
