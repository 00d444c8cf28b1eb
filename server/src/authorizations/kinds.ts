// What the kinds of authorization have in common. SPEC: 22 CFR 120.57; 123.1(a) (licenses), 124.1 and 124.14 (agreements),
// 123.9(c) (general correspondence), 120.5(b) (items under the EAR on an ITAR authorization).

import type { AuthorizationKind } from '@sallyport/protocol'

const families = {
  'DSP-5': 'license',
  'DSP-61': 'license',
  'DSP-73': 'license',
  'DSP-85': 'license',
  TAA: 'agreement',
  MLA: 'agreement',
  WDA: 'agreement',
  GC: 'correspondence',
  exemption: 'exemption',
  'EAR-license': 'ear',
  'EAR-exception': 'ear',
} as const satisfies Record<AuthorizationKind, string>

/** Only a license can name a country of 22 CFR 126.1 to any effect. */
export function isLicense(kind: AuthorizationKind): boolean {
  return families[kind] === 'license'
}

export function isAgreement(kind: AuthorizationKind): boolean {
  return families[kind] === 'agreement'
}

/** What the EAR allows, which says nothing about the ITAR. */
export function isOfEar(kind: AuthorizationKind): boolean {
  return families[kind] === 'ear'
}
