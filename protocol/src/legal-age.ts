// Until when legal data may be taken for the law as it is.

/**
 * Tell whether legal data is older than a year. `asOf`, until when it knows the law, and `today` are days as YYYY-MM-DD. The State
 * Department changes 22 CFR 126.1 several times in most years: after one, to go on without a look is a decision that somebody makes.
 */
export function isOlderThanAYear({ asOf, today }: { readonly asOf: string; readonly today: string }): boolean {
  const anniversary = new Date(asOf)
  anniversary.setUTCFullYear(anniversary.getUTCFullYear() + 1)
  return anniversary.getTime() < Date.parse(today)
}
