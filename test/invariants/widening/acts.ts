// What people try with the roster, with settings and with authorizations, as plain data: sequences of steps, each one act or
// several at the same moment, some with the power cut in the middle. A new kind of change needs its act here, its words in
// stage.ts and its entry in record.ts.

import fc from 'fast-check'
import type { PersonChange } from '@sallyport/protocol'
import type { Cut } from './power-cut.ts'

/** People by their place in the cast; requests counted back from the latest. */
export type Act =
  | { readonly act: 'propose'; readonly by: number; readonly about: number; readonly change: PersonChange }
  | { readonly act: 'approve'; readonly by: number; readonly request: number }
  | { readonly act: 'withdraw'; readonly by: number; readonly request: number }
  | { readonly act: 'change'; readonly by: number; readonly about: number; readonly change: PersonChange }
  | { readonly act: 'end'; readonly by: number; readonly about: number }
  | { readonly act: 'bind'; readonly by: number; readonly about: number }
  | { readonly act: 'unbind'; readonly by: number; readonly about: number }
  | { readonly act: 'set'; readonly by: number; readonly isOn: boolean }
  | { readonly act: 'register'; readonly by: number; readonly names: readonly number[] }
  | { readonly act: 'amend'; readonly by: number; readonly isMore: boolean }
  | { readonly act: 'end authorization'; readonly by: number }
  | { readonly act: 'import'; readonly by: number; readonly rows: readonly ImportRow[] }

export interface ImportRow {
  /** Somebody of the cast, or nobody yet. */
  readonly about: number | null
  readonly change: 'us-person' | 'foreign-person' | 'officer' | 'falcon' | 'name'
}

export interface Step {
  /** Decided first, all of them; then done at the same moment, or one after the other under permits of before. */
  readonly acts: readonly Act[]
  readonly isInTurn: boolean
  readonly paceMs: readonly number[]
  readonly cut: Cut | null
  /** Days that pass before it. */
  readonly days: number
  /** Whether a new process takes over after it. */
  readonly isRestarted: boolean
}

const widening: readonly PersonChange[] = [
  { change: 'verify-us-person', basis: 'refugee', evidenceRef: 'sheet' },
  {
    change: 'verify-foreign-person',
    ties: { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] },
    evidenceRef: 'sheet',
  },
  { change: 'grant-role', role: 'officer' },
  { change: 'grant-role', role: 'engineer' },
  { change: 'assign', program: 'falcon', purpose: 'design' },
  { change: 'clear-foreign-employer' },
]
const atOnce: readonly PersonChange[] = [
  { change: 'remove-role', role: 'officer' },
  { change: 'unassign', program: 'falcon', purpose: 'design' },
  { change: 'record-foreign-employer' },
  { change: 'correct', externalId: 'W-7' },
  { change: 'review' },
]

/** Four officers, an administrator, an engineer and somebody unverified. */
const who = fc.nat(6)
const officer = fc.nat(3)
const keeper = fc.nat(4)
const subject = fc.constantFrom(6, 6, 5, 0, 3)
const which = fc.constantFrom(0, 0, 0, 1, 2)
const widen = fc.constantFrom(...widening)
const narrow = fc.constantFrom(...atOnce)
const paceMs = fc.array(fc.constantFrom(0, 0, 0, 1, 3, 6), { minLength: 3, maxLength: 9 })
const cut: fc.Arbitrary<Cut> = fc.record({
  after: fc.noBias(fc.nat(20)),
  moment: fc.constantFrom('before', 'during', 'answered'),
})
const row: fc.Arbitrary<ImportRow> = fc.record({
  about: fc.option(fc.constantFrom(6, 5, 3), { freq: 3 }),
  change: fc.constantFrom('us-person', 'us-person', 'foreign-person', 'officer', 'falcon', 'name'),
})

const registration: fc.Arbitrary<Act> = fc.record({
  act: fc.constant('register'),
  by: officer,
  names: fc.subarray([0, 1, 2, 3, 5], { maxLength: 1 }),
})
const request: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('propose'), by: keeper, about: subject, change: widen }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('set'), by: officer, isOn: fc.constant(false) }) },
  { weight: 2, arbitrary: registration },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('amend'), by: officer, isMore: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('import'),
      by: officer,
      rows: fc.array(row, { minLength: 1, maxLength: 3 }),
    }),
  },
)
const approval: fc.Arbitrary<Act> = fc.record({ act: fc.constant('approve'), by: who, request: which })
const loss: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('change'), by: officer, about: who, change: narrow }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('end'), by: officer, about: who }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('bind'), by: keeper, about: fc.constantFrom(6, 6, 5, 0) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('unbind'), by: keeper, about: who }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('set'), by: officer, isOn: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end authorization'), by: officer }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('withdraw'), by: keeper, request: which }) },
)
const anything: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: request },
  { weight: 6, arbitrary: approval },
  { weight: 3, arbitrary: loss },
)

const plain = (...acts: readonly Act[]): Step => ({
  acts,
  isInTurn: false,
  paceMs: [],
  cut: null,
  days: 0,
  isRestarted: false,
})
const approve = (by: number): Act => ({ act: 'approve', by, request: 0 })
type Scene = fc.Arbitrary<readonly Step[]>

const soup: Scene = fc.array(
  fc.record({
    acts: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(anything) },
      { weight: 1, arbitrary: fc.tuple(anything, anything) },
    ),
    days: fc.constantFrom(0, 0, 0, 0, 0, 0, 11, 31),
    isInTurn: fc.boolean(),
    cut: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: cut }),
    isRestarted: fc.nat(15).map((one) => one === 0),
    paceMs,
  }),
  { minLength: 6, maxLength: 12 },
)

/** Several at the same moment, around one request that one more approval executes. */
const meeting: Scene = fc
  .record({
    asked: request,
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    acts: fc.array(loss, { minLength: 0, maxLength: 2 }),
    isWithdrawn: fc.boolean(),
    paceMs,
  })
  .map(({ asked, order: [first = 0, second = 1, third = 2, fourth = 3], acts, isWithdrawn, paceMs }) => [
    plain(asked),
    plain(approve(first)),
    plain(approve(second === asked.by ? first : asked.by)),
    {
      ...plain(
        ...(isWithdrawn ? [{ act: 'withdraw', by: asked.by, request: 0 } as const] : []),
        ...[second, third, fourth].filter((by) => by !== asked.by).map(approve),
        ...acts,
      ),
      paceMs,
    },
  ])

/** Something is lost, or days pass, between the first approval and the others. */
const between: Scene = fc
  .record({
    asked: request,
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 6], { minLength: 4 }),
    loss: fc.option(loss, { freq: 3 }),
    days: fc.constantFrom(0, 0, 16, 31, 31),
  })
  .map(({ asked, order: [first = 0, ...others], loss, days }) => [
    plain(asked),
    plain(approve(first)),
    ...(loss === null ? [] : [plain(loss)]),
    ...others.map((by, at) => ({ ...plain(approve(by)), days: at === 0 ? days : 0 })),
  ])

/** Whoever approved, or is about to, may not any more: before the next one approves, while they do, or since it was decided. */
const lapsing: Scene = fc
  .record({
    asked: fc.oneof(request, registration),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    how: fc.nat(2),
    isLast: fc.boolean(),
    when: fc.constantFrom('before', 'together', 'together', 'decided'),
    paceMs,
  })
  .map(({ asked, order: [first = 0, remover = 1, last = 2, more = 3], how, isLast, when, paceMs }) => {
    const about = isLast ? last : first
    const goes: Act[] = [
      { act: 'end', by: remover, about },
      { act: 'change', by: remover, about, change: { change: 'remove-role', role: 'officer' } },
      { act: 'change', by: remover, about, change: { change: 'record-foreign-employer' } },
    ].slice(how, how + 1) as Act[]
    return [
      plain({ act: 'set', by: more, isOn: true }),
      plain({ ...asked, by: remover }),
      plain(approve(first)),
      ...(when === 'before'
        ? [plain(...goes), plain(approve(last))]
        : [{ ...plain(...goes, approve(last)), isInTurn: when === 'decided', paceMs }]),
      plain(approve(more)),
    ]
  })

/** The power goes in the middle of one approval, and the same request is approved again. */
export const cutOff: Scene = fc
  .record({
    asked: request,
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 3 }),
    cuts: fc.tuple(fc.option(cut, { freq: 2 }), fc.option(cut, { freq: 2 }), cut),
    isRestarted: fc.boolean(),
  })
  .map(({ asked, order: [first = 0, second = 1, third = 2], cuts: [asking, one, two], isRestarted }) => [
    { ...plain(asked), cut: asking, isRestarted },
    { ...plain(approve(first)), cut: one, isRestarted },
    { ...plain(approve(second)), cut: two, isRestarted },
    plain(approve(first)),
    plain(approve(second)),
    plain(approve(third)),
  ])

/** A rule is turned on again while somebody's wish to turn it off still waits. */
const flipped: Scene = fc
  .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
  .map(([a = 0, b = 1, c = 2, d = 3]) => [
    plain({ act: 'set', by: a, isOn: true }),
    plain({ act: 'set', by: a, isOn: false }),
    plain(approve(b)),
    plain({ act: 'set', by: d, isOn: false }),
    plain(approve(b)),
    plain(approve(c)),
    plain({ act: 'set', by: a, isOn: true }),
    plain({ act: 'approve', by: c, request: 1 }),
    plain({ act: 'approve', by: d, request: 1 }),
  ])

/** Somebody loses a program and is ended at the same moment, and is restored without it. */
const returned: Scene = fc
  .record({ order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), paceMs })
  .map(({ order: [a = 0, b = 1, c = 2], paceMs }) => {
    const given = (change: PersonChange): Step[] => [
      plain({ act: 'propose', by: a, about: 5, change }),
      plain(approve(b), approve(c)),
    ]
    const unassign: PersonChange = { change: 'unassign', program: 'falcon', purpose: 'design' }
    return [
      ...given({ change: 'assign', program: 'falcon', purpose: 'design' }),
      {
        ...plain({ act: 'change', by: a, about: 5, change: unassign }, { act: 'end', by: b, about: 5 }),
        paceMs,
      },
      ...given({ change: 'verify-us-person', basis: 'citizen', evidenceRef: 'sheet' }),
    ]
  })

const asked = plain({
  act: 'propose',
  by: 0,
  about: 6,
  change: { change: 'verify-us-person', basis: 'refugee', evidenceRef: 'sheet' },
})
const lost = (change: PersonChange, about: number): Step => plain({ act: 'change', by: 2, about, change })
/** What every run begins with: each way in which a request ends otherwise, and each kind of request executed. */
export const certain: readonly (readonly Step[])[] = [
  [asked, plain(approve(1)), { ...plain(approve(2)), days: 31 }, plain(approve(3))],
  [asked, plain(approve(1)), lost({ change: 'remove-role', role: 'officer' }, 1), plain(approve(3)), plain(approve(2))],
  [asked, plain(approve(1)), lost({ change: 'correct', externalId: 'W-7' }, 6), plain(approve(3))],
  [asked, plain(approve(1)), plain(approve(2))],
  [plain({ act: 'set', by: 0, isOn: true }), plain({ act: 'set', by: 0, isOn: false }), plain(approve(1), approve(2))],
  [plain({ act: 'register', by: 0, names: [3] }), plain(approve(3)), plain(approve(1), approve(2))],
  [
    plain({ act: 'register', by: 0, names: [] }),
    plain(approve(1), approve(2)),
    plain({ act: 'amend', by: 1, isMore: true }),
    plain(approve(1)),
    plain(approve(2), approve(3)),
    plain({ act: 'amend', by: 2, isMore: false }),
    plain({ act: 'amend', by: 3, isMore: true }),
    plain(approve(1)),
    plain({ act: 'amend', by: 0, isMore: false }),
    plain(approve(2)),
  ],
  [
    plain({ act: 'import', by: 0, rows: [null, 6].map((about) => ({ about, change: 'us-person' })) }),
    plain(approve(1)),
    plain(approve(0)),
    plain(approve(2)),
  ],
]

/** One play has a cast of its own: a scene, or whatever comes. */
export const play: Scene = fc.oneof(
  { weight: 5, arbitrary: soup },
  { weight: 5, arbitrary: meeting },
  { weight: 5, arbitrary: between },
  { weight: 6, arbitrary: lapsing },
  { weight: 6, arbitrary: cutOff },
  { weight: 1, arbitrary: flipped },
  { weight: 2, arbitrary: returned },
)
