// Looking at content without saving it: pictures and pages are drawn, text is text. The memory that held it is overwritten when one is
// done.

import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Nothing } from '../../parts/nothing.tsx'
import { kindOf, textOf } from './content-kind.ts'
import type { PdfDocument } from './pdf.ts'
import { drawWatermark, type Watermark } from './watermark.ts'

const useStyles = makeStyles({
  viewing: { display: 'grid', rowGap: tokens.spacingVerticalM },
  ways: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  ground: {
    position: 'relative',
    overflow: 'auto',
    maxHeight: '75vh',
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  isViewOnly: { userSelect: 'none', '@media print': { display: 'none' } },
  canvas: { display: 'block', maxWidth: '100%', marginInline: 'auto' },
  text: {
    position: 'relative',
    margin: 0,
    padding: tokens.spacingVerticalM,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
  },
  over: { position: 'absolute', inset: 0, width: '100%', height: '100%', pointerEvents: 'none' },
})

export interface ViewingProps {
  readonly name: string
  readonly content: Uint8Array<ArrayBuffer>
  /** Null where the decision obliges nobody to one. */
  readonly watermark: Watermark | null
  /** Neither selected nor printed. */
  readonly isViewOnly: boolean
  readonly onClose: () => void
}

export function Viewing(props: ViewingProps) {
  const { name, content, watermark, isViewOnly, onClose } = props
  const styles = useStyles()
  const kind = useMemo(() => kindOf(content), [content])
  return (
    <div className={styles.viewing}>
      <div className={styles.ways}>
        <Button onClick={onClose}>Close</Button>
        {watermark !== null && <span>Everything shown carries {watermark.text}, as the decision asks.</span>}
        {isViewOnly && <span>To be viewed here only: not saved, not printed.</span>}
      </div>
      {kind === null && (
        <Nothing title="This cannot be shown here">
          {isViewOnly
            ? 'It is to be viewed only, and it is no PDF, picture or text.'
            : 'It is no PDF, picture or text. Save the content.'}
        </Nothing>
      )}
      {kind !== null && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- nothing is done here but not copying
        <section
          className={mergeClasses(styles.ground, isViewOnly && styles.isViewOnly)}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- SPEC: WCAG 2.1.1, a region that scrolls takes the focus
          tabIndex={0}
          aria-label={`Content of ${name}`}
          onCopy={(event) => isViewOnly && event.preventDefault()}
          onContextMenu={(event) => isViewOnly && event.preventDefault()}
        >
          {kind === 'image' && <Picture {...props} />}
          {kind === 'pdf' && <Pages {...props} />}
          {kind === 'text' && <Text {...props} />}
        </section>
      )}
    </div>
  )
}

function Text({ content, watermark }: ViewingProps) {
  const styles = useStyles()
  const over = useRef<HTMLCanvasElement>(null)
  const text = useMemo(() => textOf(content) ?? '', [content])
  useEffect(() => {
    const { current: canvas } = over
    if (canvas === null || watermark === null) return
    canvas.width = canvas.clientWidth
    // A canvas of more is none in some browsers; it is stretched over the rest.
    canvas.height = Math.min(16_000, canvas.clientHeight)
    drawWatermark(canvas, watermark)
  }, [watermark])
  return (
    <div style={{ position: 'relative' }}>
      <pre className={styles.text}>{text}</pre>
      {watermark !== null && <canvas ref={over} className={styles.over} aria-hidden />}
    </div>
  )
}

function Picture({ name, content, watermark }: ViewingProps) {
  const styles = useStyles()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isBroken, tell] = useState(false)
  useEffect(() => {
    const draw = async () => {
      const picture = await createImageBitmap(new Blob([content]))
      const { current } = canvas
      if (current === null) return
      current.width = picture.width
      current.height = picture.height
      current.getContext('2d')?.drawImage(picture, 0, 0)
      picture.close()
      if (watermark !== null) drawWatermark(current, watermark)
    }
    draw().catch(() => tell(true))
  }, [content, watermark])
  if (isBroken)
    return <Nothing title="This picture is damaged">Save the content, and look at it with another program.</Nothing>
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is what a watermark can be drawn into
  return <canvas ref={canvas} className={styles.canvas} role="img" aria-label={name} />
}

function Pages({ name, content, watermark }: ViewingProps) {
  const styles = useStyles()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [page, turnTo] = useState(1)
  const [pdf, have] = useState<PdfDocument | null>(null)
  const [trouble, tell] = useState<string | null>(null)
  useEffect(() => {
    let isGone = false
    // The document takes the memory that it is given: a copy, so that ours can be overwritten.
    const opening = import('./pdf.ts').then(async ({ openPdf }) => await openPdf(content.slice()))
    opening.then(
      (opened) => (isGone ? undefined : have(opened)),
      (error: unknown) => tell(error instanceof Error ? error.message : 'unknown'),
    )
    return () => {
      isGone = true
      void opening.then(async (opened) => await opened.close()).catch(() => undefined)
    }
  }, [content])
  useEffect(() => {
    const { current } = canvas
    if (pdf === null || current === null) return undefined
    let isGone = false
    // Drawn aside and shown with its watermark: never without.
    const aside = document.createElement('canvas')
    const draw = async () => {
      await pdf.draw(page, aside, Math.min(1800, 1.5 * (current.parentElement?.clientWidth ?? 900)))
      if (watermark !== null) drawWatermark(aside, watermark)
      if (isGone) return
      current.width = aside.width
      current.height = aside.height
      current.getContext('2d')?.drawImage(aside, 0, 0)
      current.dataset['page'] = String(page)
    }
    draw().catch((error: unknown) => tell(error instanceof Error ? error.message : 'unknown'))
    return () => {
      isGone = true
    }
  }, [pdf, page, watermark])
  if (trouble !== null) return <Nothing title="This PDF cannot be drawn">{trouble}</Nothing>
  return (
    <>
      {pdf !== null && pdf.pages > 1 && (
        <div className={styles.ways}>
          <Button size="small" disabled={page === 1} onClick={() => turnTo(page - 1)}>
            Page before
          </Button>
          <output>
            Page {page} of {pdf.pages}
          </output>
          <Button size="small" disabled={page === pdf.pages} onClick={() => turnTo(page + 1)}>
            Next page
          </Button>
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is what a watermark can be drawn into */}
      <canvas ref={canvas} className={styles.canvas} role="img" aria-label={`Page ${page} of ${name}`} />
    </>
  )
}
