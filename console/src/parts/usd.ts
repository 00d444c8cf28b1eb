const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

/** Cents of USD as people read them: `$12,500.00`. */
export function usd(cents: number): string {
  return dollars.format(cents / 100)
}
