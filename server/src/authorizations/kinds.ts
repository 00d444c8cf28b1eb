// What the kinds of authorization have in common. SPEC: 22 CFR 120.57; 123.1(a) (licenses), 124.1 and 124.14 (agreements).

import type { AuthorizationKind } from '@sallyport/protocol'

const families = {
  'DSP-5': 'license',
  'DSP-61': 'license',
  'DSP-73': 'license',
  'DSP-85': 'license',
  TAA: 'agreement',
  MLA: 'agreement',
  WDA: 'agreement',
  exemption: 'exemption',
} as const satisfies Record<AuthorizationKind, string>

/** Only a license can name a country of 22 CFR 126.1 to any effect. */
export function isLicense(kind: AuthorizationKind): boolean {
  return families[kind] === 'license'
}

export function isAgreement(kind: AuthorizationKind): boolean {
  return families[kind] === 'agreement'
}
