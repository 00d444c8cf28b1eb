// The way to a vault or a file. Addresses hold ids alone: a name can say what nobody else may read over a shoulder or in a history.

import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'

const useStyles = makeStyles({
  link: {
    color: tokens.colorBrandForegroundLink,
    overflowWrap: 'anywhere',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
  },
})

export function VaultLink({ id, name }: { readonly id: string; readonly name: string }) {
  const { link } = useStyles()
  return (
    <Link className={link} to="/files/vaults/$vaultId" params={{ vaultId: id }}>
      {name}
    </Link>
  )
}

export function FileLink({ id, name }: { readonly id: string; readonly name: string }) {
  const { link } = useStyles()
  return (
    <Link className={link} to="/files/$fileId" params={{ fileId: id }}>
      {name}
    </Link>
  )
}
