// Limited dissemination controls of the CUI registry, without their lists: who is meant, and which of them cannot stand together.
// SPEC: 32 CFR 2002.16(b)(3), and the registry's table of limited dissemination controls. Only the agency that designates the
// information sets one or takes one off.

/** As a label of the dimension `dissem` names them. */
export const controls = [
  'attorney-client',
  'attorney-wp',
  'dl-only',
  'fed-only',
  'fedcon',
  'nocon',
  'noforn',
  'relido',
] as const
export type Control = (typeof controls)[number]

interface Written {
  /** In a banner. */
  readonly marking: string
  /** In a portion mark. */
  readonly portion: string
  /** What some write for it, which is none of the registry's. */
  readonly habits: readonly string[]
  readonly excludes: readonly Control[]
}

export const written: Readonly<Record<Control, Written>> = {
  'attorney-client': { marking: 'Attorney-Client', portion: 'AC', habits: ['AC', 'ATTORNEY CLIENT'], excludes: [] },
  'attorney-wp': { marking: 'Attorney-WP', portion: 'AWP', habits: ['AWP', 'ATTORNEY WP'], excludes: [] },
  'dl-only': { marking: 'DL ONLY', portion: 'DL ONLY', habits: ['DL-ONLY', 'DLONLY'], excludes: [] },
  'fed-only': { marking: 'FED ONLY', portion: 'FED ONLY', habits: ['FED-ONLY', 'FEDONLY'], excludes: ['fedcon'] },
  fedcon: { marking: 'FEDCON', portion: 'FEDCON', habits: ['FED CON'], excludes: ['fed-only', 'nocon'] },
  nocon: { marking: 'NOCON', portion: 'NOCON', habits: ['NO CON'], excludes: ['fedcon'] },
  noforn: { marking: 'NOFORN', portion: 'NF', habits: ['NF', 'NO FORN', 'NO-FORN'], excludes: ['relido'] },
  relido: { marking: 'RELIDO', portion: 'RELIDO', habits: ['REL IDO'], excludes: ['noforn'] },
}

/** Find the control that a token of a banner means, in upper case; `exact` says whether it stands there as it should. */
export function controlOf(token: string): { readonly control: Control; readonly exact: boolean } | null {
  const upper = token.toUpperCase()
  for (const control of controls) {
    const { marking, habits } = written[control]
    if (marking.toUpperCase() === upper) return { control, exact: marking === token }
    if (habits.includes(upper)) return { control, exact: false }
  }
  return null
}

/** Whether a text is a control, as a label's value. */
export function isControl(text: string): text is Control {
  return (controls as readonly string[]).includes(text)
}
