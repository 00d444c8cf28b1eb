// The grounds on which somebody is a U.S. person, as people read them.

import type { UsPersonBasis } from '@sallyport/protocol'

/** By 22 CFR 120.62 and 8 U.S.C. 1324b(a)(3). */
export const usPersonGrounds: Readonly<Record<UsPersonBasis, string>> = {
  citizen: 'U.S. citizen',
  national: 'U.S. national',
  lpr: 'lawful permanent resident',
  refugee: 'refugee',
  asylee: 'asylee',
  'temporary-resident-1160a': 'temporary resident (8 U.S.C. 1160(a))',
  'temporary-resident-1255a': 'temporary resident (8 U.S.C. 1255a)',
}
