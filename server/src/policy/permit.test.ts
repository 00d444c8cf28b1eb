import type { Id } from '@sallyport/protocol'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../base/testing.ts'
import { issuePermit, permitLifetimeMs, spendPermit, type Permit } from './permit.ts'

const clock = manualClock()
const fileId = '0190c0de-0000-7000-8000-000000000001'

function permit(ageMs = 0): Permit<'file.open'> {
  const fields = {
    action: 'file.open' as const,
    resourceId: fileId,
    entryId: '0190c0de-0000-7000-8000-000000000002' as Id<'entry'>,
    actor: '0190c0de-0000-7000-8000-000000000003' as Id<'person'>,
  }
  return issuePermit(fields, clock, ageMs)
}

describe('spendPermit() (I1)', () => {
  it('takes a permit once', () => {
    const one = permit()
    expect(() => spendPermit(one, 'file.open', fileId)).not.toThrow()
    expect(() => spendPermit(one, 'file.open', fileId)).toThrow('spent before')
  })

  it('refuses one that was made up or copied', () => {
    const forged = { ...permit() }
    expect(() => spendPermit(forged, 'file.open', fileId)).toThrow('never issued')
    expect(() => spendPermit(JSON.parse(JSON.stringify(permit())) as never, 'file.open', fileId)).toThrow(
      'never issued',
    )
  })

  it('refuses another action or resource, and the permit is spent by the attempt', () => {
    const other = permit()
    expect(() => spendPermit(other as unknown as Permit<'file.fetch'>, 'file.fetch', fileId)).toThrow('want file.fetch')
    expect(() => spendPermit(other, 'file.open', fileId)).toThrow('spent before')
    expect(() => spendPermit(permit(), 'file.open', 'another')).toThrow('another resource')
  })

  it('refuses one that is 5 s old by the age of its entry and the time since', () => {
    const late = permit(permitLifetimeMs - 1)
    clock.advance(1)
    expect(() => spendPermit(late, 'file.open', fileId)).toThrow('expired')
    const inTime = permit(permitLifetimeMs - 2)
    clock.advance(1)
    expect(() => spendPermit(inTime, 'file.open', fileId)).not.toThrow()
  })

  it('cannot be handed where another action is wanted', () => {
    // @ts-expect-error a permit to open is not a permit to end a person: it does not compile
    const wrong: Permit<'person.end'> = permit()
    expect(() => spendPermit(wrong, 'person.end', fileId)).toThrow('want person.end')
  })
})
