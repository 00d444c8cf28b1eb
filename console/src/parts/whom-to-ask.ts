// Whom to ask, by the role that a reason names.

const people: Readonly<Record<string, string>> = {
  officer: 'an export control officer',
  administrator: 'an administrator',
  auditor: 'an auditor',
  analyst: 'an analyst',
  engineer: 'the engineer who protected it',
  'empowered-official': 'an empowered official',
}

export function whomToAsk(role: string): string {
  return people[role] ?? role
}
