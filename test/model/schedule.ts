// Which step comes next. Whatever the code under test does outside of its own memory is one step: a statement, a commit, a change
// of a file, a signature, an answer. It waits until the schedule picks it, so that one list of picks is one interleaving.

/** How a picked step goes: as it should, with its connection or its disk failing before it, or failing once it is done. */
export type How = 'done' | 'lost' | 'answer-lost'

export interface Step {
  readonly process: number
  readonly what: string
  readonly take: (how: How) => void
}

export class Schedule {
  /** What happened, in words, for whoever reads a counterexample. */
  readonly story: string[] = []
  #ready: Step[] = []
  #lives: number[] = []

  get ready(): readonly Step[] {
    return this.#ready
  }

  /** Offer a step; it is taken when it is picked, and never if its process ends before. */
  step<T>(process: number, what: string, take: (how: How) => T | PromiseLike<T>): Promise<T> {
    const life = this.lifeOf(process)
    return new Promise<T>((resolve, reject) => {
      // What a process does once it has ended is done by nobody.
      if (life !== this.lifeOf(process)) return
      this.#ready.push({
        process,
        what,
        take: (how) => {
          try {
            resolve(take(how))
          } catch (error) {
            // Whatever goes wrong with a step goes wrong for whoever waits for it.
            reject(error)
          }
        },
      })
    })
  }

  lifeOf(process: number): number {
    return this.#lives[process] ?? 0
  }

  /** A process ends: what it waited for is never answered. */
  endProcess(process: number): void {
    this.#lives[process] = this.lifeOf(process) + 1
    this.#ready = this.#ready.filter((one) => one.process !== process)
  }

  /** Take one of the steps that are ready, and let whoever waited for it go on until everybody waits again. */
  async take(step: Step, how: How): Promise<void> {
    this.#ready = this.#ready.filter((one) => one !== step)
    this.tell(step.process, how === 'done' ? step.what : `${step.what} (${how})`)
    step.take(how)
    await this.settle()
  }

  tell(process: number | null, what: string): void {
    this.story.push(`${process === null ? '    ' : `P${process}  `}${what}`)
  }

  async settle(): Promise<void> {
    // Calls that go together with others wait for one turn of the event loop; nothing here waits for anything slower.
    for (let before = -1; before !== this.#ready.length;) {
      before = this.#ready.length
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
