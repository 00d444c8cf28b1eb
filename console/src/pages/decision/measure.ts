// A canvas of its own measures text as the browser will draw it.

import type { Measure } from './layout.ts'

let measuring: Measure | null = null

/** Measure in the font of the page. */
export function measureText(text: string, isTitle: boolean): number {
  measuring ??= makeMeasure()
  return measuring(text, isTitle)
}

function makeMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d')
  const { fontFamily } = getComputedStyle(document.querySelector('.ground') ?? document.body)
  return (text, isTitle) => {
    // Wider than it is, where nothing measures.
    if (context === null) return text.length * 8
    context.font = isTitle ? `600 14px ${fontFamily}` : `13px ${fontFamily}`
    return context.measureText(text).width
  }
}
