// A sheet of paper after the other: text that stays on the page, tables that go on with their head, a footer with the count.

import { setImmediate } from 'node:timers/promises'
import { create } from 'fontkit'
import { readFile } from 'node:fs/promises'
import Pdf from 'pdfkit'

/** SPEC: ANSI Letter, in points. */
const margin = 44
const width = 612 - 2 * margin
const bottom = 792 - margin - 22
const longestCell = 240
const colors = { ink: '#1c2430', dim: '#5b6675', line: '#d5dbe3', good: '#12683a', bad: '#a31621', shade: '#f3f5f8' }
export type Color = keyof typeof colors

export interface Column {
  readonly title: string
  /** Parts of the width of the page. */
  readonly share: number
}

export interface Cell {
  readonly text: string
  readonly color?: Color
}

export interface Sheet {
  title(text: string, below: string): void
  heading(text: string): void
  paragraph(text: string, color?: Color): void
  /** Text of a fixed width, for what is compared letter by letter. */
  code(text: string): void
  pairs(pairs: readonly (readonly [string, string])[]): void
  /** The head is repeated on every page. Lets others work between the rows. */
  table(columns: readonly Column[], rows: readonly (readonly (string | Cell)[])[]): Promise<void>
  nextPage(): void
  /** Number the pages, and yield the bytes of the document. */
  finish(footer: string): AsyncIterable<Uint8Array>
}

/** DejaVu, whose license lets it be embedded and passed on; it has Latin, Greek, Cyrillic and more. */
const fonts = { plain: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf', code: 'DejaVuSansMono.ttf' }

type Fonts = Readonly<Record<keyof typeof fonts, Buffer>>
let loaded: Promise<Fonts> | null = null

async function loadFonts(): Promise<Fonts> {
  const read = (name: string) => readFile(new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`)))
  return { plain: await read(fonts.plain), bold: await read(fonts.bold), code: await read(fonts.code) }
}

/** Begin a document. Two with the same content are the same bytes: all of its times are `atMs`. */
export async function openSheet(title: string, atMs: number): Promise<Sheet> {
  const { plain, bold, code } = await (loaded ??= loadFonts())
  const printable = printableBy(plain)
  const doc = new Pdf({
    size: 'LETTER',
    margins: { top: margin, bottom: margin, left: margin, right: margin },
    bufferPages: true,
    lang: 'en-US',
    displayTitle: true,
    info: { Title: printable(title), Creator: 'Sallyport', Producer: 'Sallyport', CreationDate: new Date(atMs) },
  })
  doc.registerFont('plain', plain)
  doc.registerFont('bold', bold)
  doc.registerFont('code', code)
  let y = margin
  const use = (font: keyof typeof fonts, size: number, color: Color = 'ink'): void => {
    doc.font(font).fontSize(size).fillColor(colors[color])
  }
  const nextPage = (): void => {
    doc.addPage()
    y = margin
  }
  const needs = (height: number): void => {
    if (y + height > bottom) nextPage()
  }
  /** Draw a text in the font in use; what is longer than a page goes on on the next. */
  const write = (text: string, gap: number): void => {
    for (const line of text.split('\n')) {
      const height = doc.heightOfString(line, { width })
      needs(Math.min(height, bottom - margin))
      doc.text(line, margin, y, { width, height: bottom - y, ellipsis: true })
      y += height
    }
    y += gap
  }
  const tableHead = (columns: readonly Column[], widths: readonly number[]): void => {
    needs(60)
    use('bold', 7.5, 'dim')
    let x = margin
    for (const [at, column] of columns.entries()) {
      doc.text(column.title, x, y, { width: (widths[at] ?? 0) - 6, lineBreak: false })
      x += widths[at] ?? 0
    }
    y += 12
    doc
      .moveTo(margin, y)
      .lineTo(margin + width, y)
      .lineWidth(1)
      .strokeColor(colors.line)
      .stroke()
    y += 3
  }

  return {
    nextPage,
    title(text, below) {
      use('bold', 22)
      write(printable(text), 2)
      use('plain', 10.5, 'dim')
      write(printable(below), 14)
    },
    heading(text) {
      needs(60)
      y += 6
      use('bold', 12.5)
      write(printable(text), 4)
    },
    paragraph(text, color = 'ink') {
      use('plain', 9.5, color)
      write(printable(text), 6)
    },
    code(text) {
      use('code', 9)
      write(printable(text), 8)
    },
    pairs(pairs) {
      for (const [name, value] of pairs) {
        use('plain', 9.5)
        const shown = clipped(printable(value), 600)
        const height = doc.heightOfString(shown, { width: width - 100 })
        needs(height)
        use('plain', 9.5, 'dim')
        doc.text(name, margin, y, { width: 94, lineBreak: false })
        use('plain', 9.5)
        doc.text(shown, margin + 100, y, { width: width - 100 })
        y += height + 3
      }
      y += 6
    },
    async table(columns, rows) {
      const whole = columns.reduce((sum, { share }) => sum + share, 0)
      const widths = columns.map(({ share }) => (share / whole) * width)
      tableHead(columns, widths)
      for (const [n, row] of rows.entries()) {
        if (n % 20 === 19) await setImmediate()
        const cells = row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell))
        const texts = cells.map(({ text }) => clipped(printable(text), longestCell))
        use('plain', 7.5)
        const heights = texts.map((text, at) => doc.heightOfString(text, { width: (widths[at] ?? 0) - 6 }))
        const height = Math.max(9, ...heights) + 4
        if (y + height > bottom) {
          nextPage()
          tableHead(columns, widths)
        }
        let x = margin
        for (const [at, text] of texts.entries()) {
          use('plain', 7.5, cells[at]?.color ?? 'ink')
          doc.text(text, x, y, { width: (widths[at] ?? 0) - 6 })
          x += widths[at] ?? 0
        }
        y += height
        doc
          .moveTo(margin, y - 2)
          .lineTo(margin + width, y - 2)
          .lineWidth(0.4)
          .strokeColor(colors.line)
          .stroke()
      }
      y += 10
    },
    finish(footer) {
      const { start, count } = doc.bufferedPageRange()
      for (let page = start; page < start + count; page++) {
        doc.switchToPage(page)
        // A footer stands in the margin, where text would begin another page.
        doc.page.margins.bottom = 0
        use('plain', 7.5, 'dim')
        const options = { width, lineBreak: false }
        doc.text(clipped(printable(footer), 110), margin, 792 - margin - 8, options)
        doc.text(`page ${page + 1} of ${count}`, margin, 792 - margin - 8, { ...options, align: 'right' })
      }
      doc.end()
      return doc as AsyncIterable<Uint8Array>
    },
  }
}

/** ATTACKER: names. What hides or reorders other characters is written out, and so is what the font has no glyph for. */
function printableBy(plain: Buffer): (text: string) => string {
  const font = create(plain)
  const isDrawn = (char: string): boolean =>
    !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u.test(char) &&
    'hasGlyphForCodePoint' in font &&
    font.hasGlyphForCodePoint(char.codePointAt(0) ?? 0)
  return (text) =>
    Array.from(text.normalize('NFC'), (char) =>
      char === '\n' || isDrawn(char) ? char : `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`,
    ).join('')
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
