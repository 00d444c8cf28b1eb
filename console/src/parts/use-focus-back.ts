// Whoever leaves what opened over a page is where they were before.

import { useEffect, useState } from 'react'

/** Use it in what is drawn for as long as it is open. Where another dialog is open by then, the focus is that one's. */
export function useFocusBack(): void {
  const [before] = useState(focused)
  useEffect(
    () => () =>
      queueMicrotask(() => {
        const isOver = document.querySelector('[role=dialog]') === null
        if (isOver && before instanceof HTMLElement) before.focus()
      }),
    [before],
  )
}

/** What has the focus; of what is chosen in a menu the menu's button, since the menu goes as soon as it is chosen. */
function focused(): Element | null {
  const { activeElement } = document
  const menu = activeElement?.closest('[role=menu]') ?? null
  return menu === null ? activeElement : document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
}
