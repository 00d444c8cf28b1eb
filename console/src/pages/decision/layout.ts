// Where everything of a picture stands: three columns where there is room, one below the other where there is little. Text is broken to the
// width that there is, so that it is read at its own size on a phone and on paper.

export type PartId = 'person' | 'thing' | 'place' | 'device' | 'program' | 'authorization'

export interface Part {
  readonly id: PartId
  /** What it is of the request: `Who`, `From where`. */
  readonly what: string
  readonly title: string
  readonly lines: readonly string[]
}

export interface Rule {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly speaks: 'for' | 'against'
  readonly reads: readonly PartId[]
}

export interface Step {
  readonly title: string
  readonly text: string
  readonly speaks: 'for' | 'against' | 'not'
}

export interface Pictured {
  /** All of it in one sentence, for whoever hears the picture. */
  readonly told: string
  readonly parts: readonly Part[]
  readonly rules: readonly Rule[]
  /** Null where whoever looks is not told. */
  readonly guard: Step | null
  readonly outcome: Step
}

/** How wide a text is in pixels. */
export type Measure = (text: string, isTitle: boolean) => number

export interface Line {
  readonly text: string
  readonly x: number
  /** Of its baseline. */
  readonly y: number
  readonly is: 'what' | 'title' | 'text'
}

export interface Box {
  readonly key: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly lines: readonly Line[]
  /** `plain` for a part; a part that nobody reads is `aside`. */
  readonly is: 'plain' | 'aside' | 'for' | 'against' | 'not'
}

export interface Edge {
  readonly key: string
  readonly path: string
  readonly is: 'for' | 'against' | 'not'
}

export interface Laid {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly edges: readonly Edge[]
}

const pad = 12
const heights = { what: 16, title: 20, text: 18 } as const
const between = 12
const columnGap = 56
const laneWidth = 10
/** From here on there are three columns. */
const wide = 680

interface Content {
  readonly key: string
  readonly what?: string
  readonly title: string
  readonly texts: readonly string[]
  readonly is: Box['is']
}

export function layOut(pictured: Pictured, width: number, measure: Measure): Laid {
  return width >= wide ? inColumns(pictured, width, measure) : inOne(pictured, width, measure)
}

function contentsOf({ parts, rules, guard, outcome }: Pictured) {
  const read = new Set(rules.flatMap(({ reads }) => reads))
  return {
    parts: parts.map(({ id, what, title, lines }): Content & { readonly id: PartId } => ({
      id,
      key: id,
      what,
      title,
      texts: lines,
      is: read.has(id) ? 'plain' : 'aside',
    })),
    rules: rules.map(({ id, title, text, speaks }): Content => ({
      key: `rule ${id}`,
      what: speaks === 'for' ? 'Policy that permits' : 'Policy that refuses',
      title,
      texts: [text],
      is: speaks,
    })),
    steps: [
      ...(guard === null ? [] : [{ key: 'guard', title: guard.title, texts: [guard.text], is: guard.speaks }]),
      { key: 'outcome', what: 'Outcome', title: outcome.title, texts: [outcome.text], is: outcome.speaks },
    ] satisfies readonly Content[],
  }
}

function inColumns(pictured: Pictured, width: number, measure: Measure): Laid {
  const { parts, rules, steps } = contentsOf(pictured)
  const room = width - 2 * columnGap
  const widths = [Math.floor(room * 0.36), Math.floor(room * 0.36), Math.floor(room * 0.28)] as const
  const starts = [0, widths[0] + columnGap, widths[0] + widths[1] + 2 * columnGap] as const
  const columns = [parts, rules, steps].map((contents, n) =>
    stacked(contents, { x: starts[n] ?? 0, width: widths[n] ?? 0, gap: n === 0 ? between : 2 * between }, measure),
  )
  const height = Math.max(...columns.map((boxes) => bottomOf(boxes)))
  const [left = [], middle = [], right = []] = columns.map((boxes) => centred(boxes, height))
  const edges = [
    ...pictured.rules.flatMap(({ id, reads, speaks }, n) =>
      reads.flatMap((part): Edge[] => {
        const [from, to] = [left.find(({ key }) => key === part), middle[n]]
        return from === undefined || to === undefined ? [] : [across(`${part} ${id}`, from, to, speaks)]
      }),
    ),
    ...onwards(pictured, middle, right, across),
  ]
  return { width, height, boxes: [...left, ...middle, ...right], edges }
}

/** From the rules to the guard and the outcome: whatever refuses leads there past whatever is not asked. */
function onwards(
  { rules, guard, outcome }: Pictured,
  from: readonly Box[],
  to: readonly Box[],
  join: (key: string, a: Box, b: Box, is: Edge['is']) => Edge,
): readonly Edge[] {
  const last = to.at(-1)
  const first = guard === null || guard.speaks === 'not' ? last : to[0]
  const edges = rules.flatMap(({ id, speaks }, n): Edge[] => {
    const box = from[n]
    return box === undefined || first === undefined ? [] : [join(`${id} on`, box, first, speaks)]
  })
  return first === last || first === undefined || last === undefined
    ? edges
    : [...edges, down('guard on', first, last, outcome.speaks)]
}

function inOne(pictured: Pictured, width: number, measure: Measure): Laid {
  const { parts, rules, steps } = contentsOf(pictured)
  const reading = pictured.rules.filter(({ reads }) => reads.length > 0)
  const lanes = Math.min(reading.length, 3)
  const gutter = lanes === 0 ? 0 : lanes * laneWidth + 12
  const column = { x: gutter, width: width - gutter, gap: between }
  const left = stacked(parts, column, measure)
  const middle = stacked(rules, { ...column, y: bottomOf(left) + 2 * between }, measure)
  const y = Math.max(bottomOf(left), bottomOf(middle)) + 2 * between
  const right = stacked(steps, { ...column, y, gap: 2 * between }, measure)
  const edges = pictured.rules.flatMap(({ id, reads, speaks }, n) => {
    const x = gutter - 12 - (reading.findIndex((one) => one.id === id) % 3) * laneWidth
    return reads.flatMap((part): Edge[] => {
      const [from, to] = [left.find(({ key }) => key === part), middle[n]]
      if (from === undefined || to === undefined) return []
      const path = `M ${from.x} ${middleOf(from)} H ${x} V ${middleOf(to)} H ${to.x}`
      return [{ key: `${part} ${id}`, path, is: speaks }]
    })
  })
  return {
    width,
    height: bottomOf(right),
    boxes: [...left, ...middle, ...right],
    edges: [...edges, ...followed(pictured, middle, right)],
  }
}

/** One below the other: from the last rule down, past a guard that is not asked along the edge. */
function followed({ rules, guard, outcome }: Pictured, middle: readonly Box[], right: readonly Box[]): readonly Edge[] {
  const [last, first, end] = [middle.at(-1), right[0], right.at(-1)]
  const is = rules.at(-1)?.speaks ?? outcome.speaks
  if (last === undefined || first === undefined || end === undefined) return []
  if (guard === null || first === end) return [down('rules on', last, end, is)]
  if (guard.speaks !== 'not') return [down('rules on', last, first, is), down('guard on', first, end, outcome.speaks)]
  const x = last.x + last.width - 6
  return [{ key: 'rules past', path: `M ${x} ${last.y + last.height} V ${end.y}`, is }]
}

interface Column {
  readonly x: number
  readonly width: number
  readonly gap: number
  readonly y?: number
}

function stacked(contents: readonly Content[], { x, width, gap, y = 0 }: Column, measure: Measure): readonly Box[] {
  let top = y
  return contents.map((content) => {
    const box = boxOf(content, x, top, width, measure)
    top += box.height + gap
    return box
  })
}

function boxOf({ key, what, title, texts, is }: Content, x: number, y: number, width: number, measure: Measure): Box {
  const lines: Line[] = []
  let bottom = y + pad
  const write = (text: string, kind: Line['is']): void => {
    for (const part of broken(text, width - 2 * pad, (one) => measure(one, kind === 'title'))) {
      bottom += heights[kind]
      lines.push({ text: part, x: x + pad, y: bottom - 5, is: kind })
    }
  }
  if (what !== undefined) write(what, 'what')
  write(title, 'title')
  for (const text of texts) write(text, 'text')
  return { key, x, y, width, height: bottom + pad - y, lines, is }
}

/** Break a text into lines of at most `room` pixels, between words where that can be. */
export function broken(text: string, room: number, widthOf: (text: string) => number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, room, widthOf))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || widthOf(longer) <= room) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  return line === '' ? lines : [...lines, line]
}

function pieces(word: string, room: number, widthOf: (text: string) => number): readonly string[] {
  if (widthOf(word) <= room) return word === '' ? [] : [word]
  const all: string[] = []
  let piece = ''
  for (const letter of word) {
    if (piece !== '' && widthOf(piece + letter) > room) {
      all.push(piece)
      piece = ''
    }
    piece += letter
  }
  return [...all, piece]
}

function bottomOf(boxes: readonly Box[]): number {
  const last = boxes.at(-1)
  return last === undefined ? 0 : last.y + last.height
}

function centred(boxes: readonly Box[], height: number): readonly Box[] {
  const by = Math.floor((height - bottomOf(boxes)) / 2)
  return boxes.map((box) => ({
    ...box,
    y: box.y + by,
    lines: box.lines.map((line) => ({ ...line, y: line.y + by })),
  }))
}

const middleOf = ({ y, height }: Box): number => y + Math.round(height / 2)

function across(key: string, from: Box, to: Box, is: Edge['is']): Edge {
  const [x, y] = [from.x + from.width, middleOf(from)]
  const half = (to.x - x) / 2
  return { key, path: `M ${x} ${y} C ${x + half} ${y} ${to.x - half} ${middleOf(to)} ${to.x} ${middleOf(to)}`, is }
}

function down(key: string, from: Box, to: Box, is: Edge['is']): Edge {
  const x = from.x + Math.round(from.width / 2)
  return { key, path: `M ${x} ${from.y + from.height} V ${to.y}`, is }
}
