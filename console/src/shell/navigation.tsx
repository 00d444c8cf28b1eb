// The pages that there are for whoever is signed in. A page without anything behind it for them is not named.

import { makeStyles, tokens } from '@fluentui/react-components'
import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { isReader } from './not-yours.tsx'
import { useSession, type Found } from './routes.ts'

const groups = {
  today: null,
  people: 'People',
  authorizations: 'Authorizations',
  files: 'Files',
  record: 'Record',
} as const satisfies Record<Found['group'], string | null>

const useStyles = makeStyles({
  heading: {
    margin: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalXS}`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
  },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', rowGap: '2px' },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '2.25rem',
    scrollMarginBlock: tokens.spacingVerticalL,
    padding: `0 ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    '&[aria-current="page"]': {
      backgroundColor: tokens.colorNeutralBackground1Selected,
      fontWeight: tokens.fontWeightSemibold,
    },
    '& svg': { fontSize: '20px' },
  },
})

/** `onGo` is told that one of them was chosen. */
export function Navigation({ onGo }: { readonly onGo?: () => void }) {
  const styles = useStyles()
  const session = useSession()
  const place = useRef<HTMLDivElement>(null)
  const { pathname } = useLocation()
  // Where there are more than fit, one sees where one is.
  useEffect(() => {
    place.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' })
  }, [pathname])
  const pages = Object.values(useRouter().routesByPath).flatMap(({ fullPath, options: { staticData } }) => {
    const { title = '', readers, found } = staticData ?? {}
    if (found === undefined || !isReader(session, readers) || found.isFor?.(session) === false) return []
    return [{ path: fullPath, title, ...found }]
  })
  const listed = (Object.keys(groups) as Found['group'][]).map((group) => {
    const there = pages.filter((page) => page.group === group)
    if (there.length === 0) return null
    const { [group]: heading } = groups
    return (
      <div key={group}>
        {heading !== null && <h2 className={styles.heading}>{heading}</h2>}
        <ul className={styles.list}>
          {there.map(({ path, title, icon: Icon }) => (
            <li key={path}>
              <Link to={path} className={styles.link} activeOptions={{ exact: path === '/' }} onClick={() => onGo?.()}>
                <Icon />
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    )
  })
  return <div ref={place}>{listed}</div>
}
