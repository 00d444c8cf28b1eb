// What the check has found, as it goes.

/** The steps of the check, in the order in which they are shown. */
export const steps = [
  'archive',
  'signature',
  'checkpoint',
  'parts',
  'entries',
  'selection',
  'policies',
  'receipt',
  'timestamps',
] as const
export type Step = (typeof steps)[number]

export interface Fault {
  readonly step: Step
  readonly text: string
  readonly index: number | null
}

const maxFaults = 50

export class Report {
  readonly faults: Fault[] = []
  /** What the browser could not check, in words. */
  readonly unchecked: { readonly step: Step; readonly text: string }[] = []
  readonly progress: (part: number) => Promise<void>

  constructor(progress: (part: number) => Promise<void>) {
    this.progress = progress
  }

  fault(step: Step, text: string, index?: number): void {
    if (this.faults.length < maxFaults) this.faults.push({ step, text, index: index ?? null })
  }

  leave(step: Step, text: string): void {
    this.unchecked.push({ step, text })
  }

  stateOf(step: Step): 'good' | 'bad' | 'unchecked' {
    if (this.faults.some((fault) => fault.step === step)) return 'bad'
    return this.unchecked.some((one) => one.step === step) ? 'unchecked' : 'good'
  }
}
