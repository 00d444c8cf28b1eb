// Which country codes name a country of today, and which one that is gone. Nationality outlives countries: whoever was a citizen of
// one that no longer exists once held what its successors make of it, and no list of 22 CFR 126.1 names that country any more.
// SPEC: ISO 3166-1 alpha-2 for today's, ISO 3166-3 for those that were withdrawn.

import * as z from 'zod'

/** ISO 3166-1 alpha-2, upper case: the form alone, as for what is on record already. */
export const country = z.string().regex(/^[A-Z]{2}$/, 'want two capital letters (ISO 3166-1 alpha-2)')

// Of ISO 3166-1, and XK: the code that the United States and others use for Kosovo, which ISO leaves to its users.
const today = new Set(
  `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
  CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
  GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
  MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
  RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
  TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK
  `
    .trim()
    .split(/\s+/),
)

/** Withdrawn codes, with every country of today that a citizenship of the old one could have become. */
const withdrawn: Readonly<Record<string, { readonly name: string; readonly successors: readonly string[] }>> = {
  AN: { name: 'Netherlands Antilles', successors: ['BQ', 'CW', 'SX', 'NL'] },
  BU: { name: 'Burma, now MM', successors: ['MM'] },
  // Two countries had this code, one after the other.
  CS: { name: 'Czechoslovakia, or Serbia and Montenegro', successors: ['CZ', 'SK', 'ME', 'RS', 'XK'] },
  DD: { name: 'German Democratic Republic', successors: ['DE'] },
  DY: { name: 'Dahomey', successors: ['BJ'] },
  FX: { name: 'Metropolitan France', successors: ['FR'] },
  HV: { name: 'Upper Volta', successors: ['BF'] },
  NH: { name: 'New Hebrides', successors: ['VU'] },
  NT: { name: 'Neutral Zone', successors: ['IQ', 'SA'] },
  PC: { name: 'Pacific Islands (Trust Territory)', successors: ['FM', 'MH', 'MP', 'PW'] },
  PZ: { name: 'Panama Canal Zone', successors: ['PA'] },
  RH: { name: 'Southern Rhodesia', successors: ['ZW'] },
  SU: {
    name: 'Soviet Union',
    successors: ['AM', 'AZ', 'BY', 'EE', 'GE', 'KG', 'KZ', 'LT', 'LV', 'MD', 'RU', 'TJ', 'TM', 'UA', 'UZ'],
  },
  TP: { name: 'East Timor', successors: ['TL'] },
  VD: { name: 'Democratic Republic of Viet-Nam', successors: ['VN'] },
  YD: { name: 'Democratic Yemen', successors: ['YE'] },
  YU: { name: 'Yugoslavia', successors: ['BA', 'HR', 'ME', 'MK', 'RS', 'SI', 'XK'] },
  ZR: { name: 'Zaire', successors: ['CD'] },
}

// Codes that are written by habit and are none of ISO 3166-1.
const habits: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' }

/** A country of today. What is gone is refused with the countries that followed it, for whoever records it to choose from. */
export const countryToday = country.refine((code) => countryFault(code) === null, {
  error: ({ input }) => countryFault(String(input)) ?? '',
})

/** Say what is wrong with a code as that of a country of today; null for nothing, and for what is no code at all. */
export function countryFault(code: string): string | null {
  if (!country.safeParse(code).success || today.has(code)) return null
  const gone = withdrawn[code]
  if (gone !== undefined) {
    const each = gone.successors.join(', ')
    return `${code} (${gone.name}) is no country any more, want each of these that counts, all of them unless counsel says otherwise: ${each}`
  }
  const meant = habits[code]
  return `${code} is no country of ISO 3166-1, want ${meant ?? 'one of its codes'}`
}

/**
 * Every country of today that a code on record stands for: itself, or all that followed a country that is gone.
 * INVARIANT: a code that is gone is held to every one of them, the strictest reading.
 */
export function countriesMeant(code: string): readonly string[] {
  return withdrawn[code]?.successors ?? [code]
}
