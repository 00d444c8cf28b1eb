// The frame of every page of whoever is signed in: where one is, where one can go, and who one is.

import { Badge, Button, makeStyles, mergeClasses, OverlayDrawer, Toaster, tokens } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { toasterId } from '../parts/act.tsx'
import { useFocusBack } from '../parts/use-focus-back.ts'
import { enclaveQuery } from './enclave.ts'
import { Navigation } from './navigation.tsx'
import { YoursOrNot } from './not-yours.tsx'
import { usePreferences } from './preferences.ts'
import { WhoIAm } from './who-i-am.tsx'

const narrow = '@media (max-width: 600px)'

const useStyles = makeStyles({
  frame: {
    minHeight: '100vh',
    height: '100vh',
    display: 'grid',
    gridTemplateColumns: '15rem minmax(0, 1fr)',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    backgroundColor: tokens.colorNeutralBackground3,
    '@media (max-width: 860px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
    '@media print': { display: 'block', height: 'auto', backgroundColor: 'transparent' },
  },
  compact: { fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 },
  skip: {
    position: 'absolute',
    insetInlineStart: tokens.spacingHorizontalM,
    top: '-4rem',
    zIndex: 10,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    ':focus': { top: tokens.spacingVerticalS },
  },
  head: {
    // What opens from it lies over the page.
    position: 'relative',
    zIndex: 4,
    gridColumn: '1 / -1',
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '3rem',
    padding: `0 ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottomWidth: '1px',
    borderBottomStyle: 'solid',
    borderBottomColor: tokens.colorNeutralStroke2,
    '@media print': { display: 'none' },
  },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    overflowX: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    // Two lines at most.
    [narrow]: {
      flexGrow: 1,
      minWidth: 0,
      display: '-webkit-box',
      WebkitLineClamp: 2,
      WebkitBoxOrient: 'vertical',
      overflowY: 'hidden',
      overflowWrap: 'anywhere',
      whiteSpace: 'normal',
    },
  },
  badge: { flexShrink: 0 },
  rest: { marginInlineStart: 'auto', [narrow]: { display: 'none' } },
  wide: { whiteSpace: 'pre', [narrow]: { display: 'none' } },
  menu: { '@media (min-width: 861px)': { display: 'none' } },
  side: {
    overflowY: 'auto',
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalM}`,
    borderInlineEndWidth: '1px',
    borderInlineEndStyle: 'solid',
    borderInlineEndColor: tokens.colorNeutralStroke2,
    '@media (max-width: 860px)': { display: 'none' },
    '@media print': { display: 'none' },
  },
  close: { alignSelf: 'end', margin: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS} 0` },
  drawer: {
    alignSelf: 'stretch',
    overflowY: 'auto',
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
  // Over what scrolls, under whatever is opened over the page; it takes no place of its own.
  done: { position: 'fixed', bottom: 0, insetInlineEnd: 0, zIndex: 5, '@media print': { display: 'none' } },
  main: { overflowY: 'auto', outlineStyle: 'none', '@media print': { overflowY: 'visible' } },
})

export const shell = createLazyRoute('/shell')({ component: Shell })

function Shell() {
  const styles = useStyles()
  const [isMenuOpen, openMenu] = useState(false)
  const { density } = usePreferences()
  const { data: enclave } = useQuery(enclaveQuery)
  const router = useRouter()
  useEffect(() => router.subscribe('onRendered', readHeading), [router])
  return (
    <div className={mergeClasses(styles.frame, density === 'compact' && styles.compact)}>
      <a className={styles.skip} href="#main">
        To the content
      </a>
      <header className={styles.head}>
        <Button
          className={styles.menu}
          appearance="subtle"
          icon={<NavigationRegular />}
          aria-label="Pages"
          aria-expanded={isMenuOpen}
          onClick={() => openMenu(!isMenuOpen)}
        />
        <span className={styles.name}>{enclave?.name ?? 'Sallyport'}</span>
        {enclave?.kind === 'sample' && (
          <Badge
            className={styles.badge}
            color="warning"
            appearance="tint"
            title="Invented people and data. Nothing here protects anything."
          >
            Sample
          </Badge>
        )}
        {enclave?.kind === 'real' && !enclave.readyForControlledData && (
          <Badge
            className={styles.badge}
            color="severe"
            appearance="tint"
            title="No restore from a backup has been tried and passed yet."
          >
            Not ready<span className={styles.wide}> for controlled data</span>
          </Badge>
        )}
        <span className={styles.rest} />
        <WhoIAm />
      </header>
      <nav className={styles.side} aria-label="Pages">
        <Navigation />
      </nav>
      {isMenuOpen && <Pages onClose={() => openMenu(false)} />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <YoursOrNot />
      </main>
      <section className={styles.done} aria-label="Done">
        <Toaster toasterId={toasterId} position="bottom-end" inline timeout={10_000} pauseOnHover pauseOnWindowBlur />
      </section>
    </div>
  )
}

/** The pages over the one that is shown, where there is no room beside it. */
function Pages({ onClose }: { readonly onClose: () => void }) {
  const styles = useStyles()
  useFocusBack()
  return (
    <OverlayDrawer open onOpenChange={(_, { open }) => !open && onClose()} aria-label="Pages">
      <Button
        className={styles.close}
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label="Close"
        onClick={onClose}
      />
      <nav className={styles.drawer} aria-label="Pages">
        <Navigation onGo={onClose} />
      </nav>
    </OverlayDrawer>
  )
}

/** Whoever comes from another page hears where they are; on the first one the browser's own order holds. */
function readHeading({
  fromLocation,
  pathChanged,
}: {
  readonly fromLocation?: unknown
  readonly pathChanged: boolean
}): void {
  if (fromLocation === undefined || !pathChanged) return
  document.querySelector<HTMLElement>('#main h1')?.focus({ preventScroll: true })
}
