// Countries as people read them: their English name with the code that stands on record.

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })

/** `GB` reads as `United Kingdom (GB)`; what is no country's code stands as it is. */
export function countryName(code: string): string {
  const name = /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
  return name === code ? code : `${name} (${code})`
}

export function countryNames(codes: readonly string[]): string {
  return codes.length === 0 ? 'None' : codes.map(countryName).join(', ')
}
