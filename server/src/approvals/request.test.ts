import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { approvedBy, withdrawn, type ApprovalRequest, type Pending } from './request.ts'

const people = ['a', 'b', 'c', 'd', 'e', 'f'] as Id<'person'>[]
const [asker, subject, first, second, third] = people as [
  Id<'person'>,
  Id<'person'>,
  Id<'person'>,
  Id<'person'>,
  Id<'person'>,
]

const pending: Pending = {
  id: 'r' as Id<'approval'>,
  kind: 'test.widen',
  change: {},
  digest: '',
  requestedBy: asker,
  needed: 2,
  excluded: [subject],
  expiresAtMs: 1000,
  approvedBy: [],
  state: 'pending',
}

const now = (atMs: number, standing: readonly Id<'person'>[] = people) => ({ atMs, standing: new Set(standing) })

describe('approvedBy()', () => {
  test('executes with the approval that completes the number', () => {
    const one = approvedBy(pending, first, now(0))
    expect(one).toMatchObject({ isCounted: true, request: { state: 'pending', approvedBy: [first] } })
    const two = approvedBy(one.request, second, now(999))
    expect(two).toMatchObject({ isCounted: true, request: { state: 'executed', approvedBy: [first, second] } })
    expect(approvedBy(two.request, third, now(999))).toMatchObject({ isCounted: false, refusal: 'not-pending' })
  })

  test.each([
    ['who asked', pending, asker, 0, 'requester'],
    ['whom it is about', pending, subject, 0, 'excluded'],
    ['who approved before', { ...pending, approvedBy: [first] }, first, 0, 'approved-before'],
    ['anybody once it has expired', pending, first, 1000, 'expired'],
    ['anybody once it was withdrawn', { ...pending, state: 'withdrawn' as const }, first, 0, 'not-pending'],
  ])('refuses %s', (_, request, who, atMs, refusal) => {
    expect(approvedBy(request, who, now(atMs))).toMatchObject({ isCounted: false, refusal })
  })

  test('counts nobody who has lost their standing, and refuses them', () => {
    const one = approvedBy(pending, first, now(0))
    const two = approvedBy(one.request, second, now(0, [second, third]))
    expect(two).toMatchObject({ isCounted: true, request: { state: 'pending', approvedBy: [second] } })
    expect(approvedBy(two.request, first, now(0, [second, third]))).toMatchObject({ refusal: 'no-standing' })
    const executed = approvedBy(two.request, third, now(0, [second, third]))
    expect(executed.request).toMatchObject({ state: 'executed', approvedBy: [second, third] })
    expect(approvedBy(executed.request, first, now(0, [first])).request.approvedBy).toEqual([second, third])
  })

  test('marks a request expired by whoever comes too late, and for good', () => {
    const late = approvedBy(pending, first, now(1000))
    expect(late.request.state).toBe('expired')
    expect(approvedBy(late.request, first, now(0))).toMatchObject({ isCounted: false, refusal: 'expired' })
    expect(withdrawn(late.request)).toBeNull()
  })
})

type Step = { readonly person: Id<'person'>; readonly afterMs: number } | 'withdraw'

test('approvedBy() executes at most once, by enough distinct people, none the requester or excluded, in time', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 9, arbitrary: fc.record({ person: fc.constantFrom(...people), afterMs: fc.nat(120) }) },
    { weight: 1, arbitrary: fc.constant('withdraw' as const) },
  )
  let executed = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (steps, needed) => {
      let request: ApprovalRequest = { ...pending, needed }
      let atMs = 0
      let executions = 0
      let isWithdrawn = false
      for (const next of steps) {
        if (next === 'withdraw') {
          const after: ApprovalRequest | null = withdrawn(request)
          if (after !== null) isWithdrawn = true
          request = after ?? request
          continue
        }
        atMs += next.afterMs
        const taken = approvedBy(request, next.person, now(atMs))
        request = taken.request
        if (!taken.isCounted || request.state !== 'executed') continue
        executions++
        expect(atMs).toBeLessThan(1000)
        expect(isWithdrawn).toBe(false)
        expect(new Set(request.approvedBy)).toHaveLength(needed)
        expect(request.approvedBy).not.toContain(asker)
        expect(request.approvedBy).not.toContain(subject)
      }
      expect(executions).toBeLessThanOrEqual(1)
      executed += executions
    }),
    { numRuns: 2000 },
  )
  expect(executed).toBeGreaterThan(100)
})
