// Pages of a PDF drawn by pdf.js, in a worker of its own: nothing in the document runs, and nothing is loaded for it.

import { getDocument, PDFWorker } from 'pdfjs-dist'
// oxlint-disable-next-line import/default -- the build makes this module
import workerAddress from 'pdfjs-dist/build/pdf.worker.min.mjs?worker&url'
import { startWorker } from '../../sealing/trusted-worker.ts'

export interface PdfDocument {
  readonly pages: number
  /** Draw a page, counted from 1, as wide as the canvas is to be. */
  draw(page: number, canvas: HTMLCanvasElement, width: number): Promise<void>
  close(): Promise<void>
}

/** Open a PDF. ATTACKER: the document is whatever somebody protected. */
export async function openPdf(content: Uint8Array): Promise<PdfDocument> {
  const port = startWorker(workerAddress)
  const worker = PDFWorker.create({ port })
  const loading = getDocument({
    data: content,
    worker,

    useWorkerFetch: false,
    enableXfa: false,
  })
  const close = async () => {
    await loading.destroy().catch(() => undefined)
    port.terminate()
  }
  try {
    const pdf = await loading.promise
    return {
      pages: pdf.numPages,
      async draw(page, canvas, width) {
        const one = await pdf.getPage(page)
        const viewport = one.getViewport({ scale: width / one.getViewport({ scale: 1 }).width })
        canvas.width = Math.round(viewport.width)
        canvas.height = Math.round(viewport.height)
        await one.render({ canvas, viewport }).promise
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
