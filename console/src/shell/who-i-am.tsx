// Who is signed in, how the console looks to them, and the way out.

import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from '@fluentui/react-components'
import { PersonRegular } from '@fluentui/react-icons/svg/person'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../session/session.ts'
import { prefer, usePreferences } from './preferences.ts'
import { useSession } from './routes.ts'

const useStyles = makeStyles({
  button: { '@media (max-width: 600px)': { minWidth: 'auto' } },
  name: { '@media (max-width: 600px)': { display: 'none' } },
})

export function WhoIAm() {
  const styles = useStyles()
  const { person, subject } = useSession()
  const { theme, density } = usePreferences()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const name = person?.name ?? subject
  const leave = async () => {
    await signOut()
    queries.clear()
    await navigate({ to: '/sign-in' })
  }
  return (
    // In its place in the page, for whoever goes from landmark to landmark.
    <Menu
      inline
      checkedValues={{ theme: [theme], density: [density] }}
      onCheckedValueChange={(_, { name: what, checkedItems: [value] }) => {
        prefer({ [what]: value })
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button className={styles.button} appearance="subtle" icon={<PersonRegular />} aria-label={`You are ${name}`}>
          <span className={styles.name}>{name}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => void navigate({ to: '/me' })}>Who I am, my sessions</MenuItem>
          <MenuItem onClick={() => void navigate({ to: '/receipts' })}>Receipts of what I did</MenuItem>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>Look</MenuGroupHeader>
            <MenuItemRadio name="theme" value="system">
              As this machine
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="light">
              Light
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="dark">
              Dark
            </MenuItemRadio>
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>Density</MenuGroupHeader>
            <MenuItemRadio name="density" value="comfortable">
              Comfortable
            </MenuItemRadio>
            <MenuItemRadio name="density" value="compact">
              Compact
            </MenuItemRadio>
          </MenuGroup>
          <MenuDivider />
          <MenuItem onClick={() => void leave()}>Sign out</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
