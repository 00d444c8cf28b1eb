// Whoever leaves what opened over a page is where they were before.

import { useEffect, useState } from 'react'

/** Use it in what is drawn for as long as it is open. Where another dialog is open by then, the focus is that one's. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () =>
      queueMicrotask(() => {
        const isOver = document.querySelector('[role=dialog]') === null
        if (isOver && before instanceof HTMLElement) before.focus()
      }),
    [before],
  )
}
