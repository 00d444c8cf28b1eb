// A way to a page where something is done: it looks as the buttons beside it that do something here.

import { Button, type ButtonProps } from '@fluentui/react-components'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly appearance?: 'primary' | 'secondary'
  readonly ref?: Ref<HTMLAnchorElement>
}

function Anchor(props: AnchorProps) {
  const asAnchor = { ...props, as: 'a' } as ButtonProps
  return <Button {...asAnchor} />
}

export const LinkButton = createLink(Anchor)
