// The watermark: who looks, and when, all over what is shown. It is drawn into pictures and pages, so that whatever is taken of them carries it.

export interface Watermark {
  /** For instance `Ada Whitfield · 2026-11-29 19:30 UTC`. */
  readonly text: string
}

export function watermarkOf(name: string, at: Date): Watermark {
  return { text: `${name} · ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` }
}

/** Draw it over a canvas, light and dark, so that it is read on any ground. */
export function drawWatermark(canvas: HTMLCanvasElement, { text }: Watermark): void {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('cannot draw the watermark: this browser gives no canvas')
  const { width, height } = canvas
  const size = Math.max(12, Math.round(width / 40))
  context.save()
  context.font = `600 ${size}px sans-serif`
  context.translate(width / 2, height / 2)
  context.rotate(-Math.PI / 7)
  const reach = Math.hypot(width, height) / 2
  const [stepX, stepY] = [context.measureText(text).width + 3 * size, 5 * size]
  context.lineWidth = Math.max(1, size / 16)
  context.fillStyle = 'rgba(0, 0, 0, 0.22)'
  context.strokeStyle = 'rgba(255, 255, 255, 0.35)'
  for (let row = 0, y = -reach; y < reach; y += stepY, row++) {
    for (let x = -reach - (row % 2) * (stepX / 2); x < reach; x += stepX) {
      context.strokeText(text, x, y)
      context.fillText(text, x, y)
    }
  }
  context.restore()
}
