// Ten thousand people that are nowhere but in the answers of a gate: pages of them, in the gate's shape, to be given to a browser in its
// place.

export const count = 10_000
export const pageSize = 1_000

export const nameOf = (index: number): string => `Person ${String(index).padStart(5, '0')}`

/** What a gate answers to whoever asks for the page after one. Every hundredth is a foreign person. */
export function peopleAfter(after: string | null) {
  const first = Number(after ?? 0)
  const next = first + pageSize
  return {
    people: Array.from({ length: pageSize }, (_, index) => person(first + index)),
    next: next < count ? String(next) : null,
  }
}

export function person(index: number) {
  return {
    id: `0190c0de-0000-7000-8000-${String(index).padStart(12, '0')}`,
    version: 1,
    name: nameOf(index),
    kind: 'employee',
    externalId: null,
    mail: null,
    status: index % 100 === 0 ? 'foreign-person' : 'us-person',
    roles: ['engineer'],
    assignments: [],
    employer: null,
    regularEmployee: true,
    regularEmployeeBasis: null,
    actsForForeignEmployer: false,
    nda: false,
    ndaSignedOn: null,
    briefedOn: null,
    verifiedAt: '2026-01-01T00:00:00.000Z',
    verifiedBy: null,
    endedAt: null,
    mergedInto: null,
  }
}
