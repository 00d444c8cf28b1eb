import { describe, expect, test } from 'vitest'
import { makeFailedSignInJournal, type FailedSignIn } from './failed-sign-ins.ts'

const failed = { method: 'oidc', reason: 'mismatch', place: 'plant', identity: null } as const satisfies Omit<
  FailedSignIn,
  'atMs'
>

function journal() {
  let nowMs = 1000
  const made = makeFailedSignInJournal({ now: () => nowMs++, monotonic: () => 0 })
  return made
}

describe('makeFailedSignInJournal()', () => {
  test('tells how many by way and reason, and the newest first', () => {
    const { note, read } = journal()
    expect(read()).toEqual({ sinceMs: 1000, counts: [], newest: [] })
    note(failed)
    note({ ...failed, method: 'passkey', reason: 'refused', place: null })
    note(failed)
    const { counts, newest } = read()
    expect(counts).toEqual([
      { method: 'oidc', reason: 'mismatch', count: 2, lastAtMs: 1003 },
      { method: 'passkey', reason: 'refused', count: 1, lastAtMs: 1002 },
    ])
    expect(newest.map(({ atMs }) => atMs)).toEqual([1003, 1002, 1001])
  })

  test('keeps few of one way, reason and place, so that whoever tries without end pushes nobody else out', () => {
    const { note, read } = journal()
    const identity = { issuer: 'https://idp.example', subject: 'ada' }
    note({ ...failed, reason: 'ended', identity })
    for (let n = 0; n < 1000; n++) note(failed)
    const { counts, newest } = read()
    expect(counts.map(({ reason, count }) => [reason, count])).toEqual([
      ['mismatch', 1000],
      ['ended', 1],
    ])
    expect(newest).toHaveLength(21)
    expect(newest.at(-1)).toMatchObject({ reason: 'ended', identity })
    // Of those it keeps the last ones.
    expect(newest.slice(0, 20).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 20 }, (_, n) => 2001 - n))
  })

  test('keeps those of one place, and of one way, whatever comes from another', () => {
    const { note, read } = journal()
    note({ ...failed, place: 'home' })
    note({ ...failed, method: 'passkey', reason: 'refused' })
    note({ ...failed, reason: 'refused' })
    for (let n = 0; n < 100; n++) note(failed)
    for (let n = 0; n < 100; n++) note({ ...failed, method: 'certificate', reason: 'refused' })
    const { newest } = read()
    expect(newest).toHaveLength(43)
    expect(newest.slice(-3).map(({ method, reason, place }) => [method, reason, place])).toEqual([
      ['oidc', 'refused', 'plant'],
      ['passkey', 'refused', 'plant'],
      ['oidc', 'mismatch', 'home'],
    ])
  })
})
