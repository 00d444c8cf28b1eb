// What `check` found of one thing.

export interface Finding {
  readonly what: string
  readonly state: 'ok' | 'attention' | 'wrong'
  /** What was found, and for anything but `ok` what to do. */
  readonly text: string
}

export function ok(what: string, text: string): Finding {
  return { what, state: 'ok', text }
}

export function attention(what: string, text: string): Finding {
  return { what, state: 'attention', text }
}

export function wrong(what: string, text: string): Finding {
  return { what, state: 'wrong', text }
}
