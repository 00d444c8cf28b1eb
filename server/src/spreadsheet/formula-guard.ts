// Text that a spreadsheet would take for a formula when it opens CSV. ATTACKER: a name such as `=HYPERLINK(...)`. An
// apostrophe in front keeps it text, and so an apostrophe that was there gets another.

const guarded = /^['=+\-@\t\r\n＝＋－＠]/
const guard = /^'(?=['=+\-@\t\r\n＝＋－＠])/

export function withGuard(text: string): string {
  return guarded.test(text) ? `'${text}` : text
}

export function withoutGuard(text: string): string {
  return text.replace(guard, '')
}
