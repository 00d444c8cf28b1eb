// A text as it was when nothing had been typed for a moment.

import { useEffect, useState } from 'react'

export function useSettled(text: string, ms: number): string {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return settled
}
