// Who somebody is for export control. SPEC: 22 CFR 120.62 (U.S. person), 120.63 (foreign person), 120.50(b) (which
// countries count); 8 U.S.C. 1324b(a)(3) (protected individual).

/** Ground on which a natural person is a U.S. person. Which one never matters for access. */
export const usPersonBases = [
  'citizen',
  'national',
  'lpr',
  'temporary-resident-1160a',
  'temporary-resident-1255a',
  'refugee',
  'asylee',
] as const
export type UsPersonBasis = (typeof usPersonBases)[number]

/** `unverified` and `ended` are treated as foreign and uncovered. */
export const personStatuses = ['unverified', 'us-person', 'foreign-person', 'ended'] as const
export type PersonStatus = (typeof personStatuses)[number]

/**
 * An empowered official is somebody who is empowered in writing to sign and to refuse for the applicant: what is a reading of the law is
 * decided with one of them. SPEC: 22 CFR 120.67. Most are officers as well.
 */
export const roles = ['engineer', 'officer', 'administrator', 'auditor', 'analyst', 'empowered-official'] as const
export type Role = (typeof roles)[number]

/** How somebody comes to be on the roster. It decides nothing. */
export const personKinds = ['employee', 'contractor', 'visitor', 'vendor-staff', 'service-owner'] as const
export type PersonKind = (typeof personKinds)[number]

/** SPEC: 22 CFR 120.64: employed directly and permanently; or long-term, full time, at the site, under its direction. */
export const regularEmployeeBases = ['direct-permanent', 'long-term-contract'] as const
export type RegularEmployeeBasis = (typeof regularEmployeeBases)[number]

/** ISO 3166-1 alpha-2 in upper case. */
export type Country = string

/** Countries of a foreign person: past citizenship counts, past residency does not (22 CFR 120.50(b)). */
export interface CountryTies {
  readonly citizenships: readonly Country[]
  readonly formerCitizenships: readonly Country[]
  readonly permanentResidencies: readonly Country[]
}

/** Work that a person is assigned to, and to what end; an authorization must cover both. */
export interface Assignment {
  readonly program: string
  readonly purpose: string
}
