// The whole tour, chapter by chapter.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrinter } from '../cli/printer.ts'
import type { Environment } from '../cli/index.ts'
import { gatherCast } from './cast.ts'
import { openUnderAuthorization } from './chapter-authorization.ts'
import { endStatus } from './chapter-end.ts'
import { protectAndOpen, type Protected } from './chapter-protect.ts'
import { askTheRecord } from './chapter-record.ts'
import { refuse } from './chapter-refusals.ts'
import { findTampering } from './chapter-tampering.ts'
import { openAsCovered, openAsUsPersons } from './chapter-us-and-covered.ts'
import { showEnd, showStep } from './show.ts'
import { beginStory, type Step, type Story } from './story.ts'
import type { Cast } from './cast.ts'

export interface TourOptions {
  /** Where the tour is shown, and the clock it goes by. */
  readonly environment: Environment
  /** Address of a sample enclave's gate, and the PEM of the authority that it is trusted by. */
  readonly gate: string
  readonly caFile: string
  /** The folder of the sample's documents. */
  readonly samplesFolder: string
  readonly isJson: boolean
  /** Size of the generated binary; 64 MiB unless given. */
  readonly largeBytes?: number
  /** Breaks the tour off; it then throws the signal's reason. */
  readonly signal?: AbortSignal
}

export interface TourResult {
  readonly steps: readonly Step[]
  readonly failed: readonly Step[]
}

/** What every chapter works with. */
export interface Stage {
  readonly story: Story
  readonly cast: Cast
  readonly options: TourOptions
  /** Tells this tour's files and license from those of other tours of the same enclave. */
  readonly mark: string
}

/**
 * Take the tour of a sample enclave. Works again and again on the same one, until its short-term engineers are used up. A
 * step that does not do what it says is one of `failed`; the steps that need it are then left out. Everything of the tour on
 * this machine is removed afterwards. Throws the reason of `signal` when that breaks it off.
 */
export async function runTour(options: TourOptions): Promise<TourResult> {
  const { environment, gate, caFile, isJson } = options
  const workFolder = await mkdtemp(join(environment.temporaryFolder, 'sallyport-tour-'))
  const print = createPrinter(environment, isJson)
  const cast = gatherCast({ environment, gate, caFile, workFolder })
  const seen = new Set<string>()
  const showChapter = (title: string): void => {
    if (isJson) return
    print.result(null, (out) => {
      out.line('')
      out.line(title, 'bold')
    })
  }
  const show = isJson ? () => undefined : (step: Step) => print.result(null, (out) => showStep(out, step, seen))
  const story = beginStory({
    clock: environment.clock,
    signal: options.signal ?? null,
    takeCommands: cast.takeCommands,
    onChapter: showChapter,
    onStep: show,
  })
  const beganMs = environment.clock.now()
  try {
    await tellAll({ story, cast, options, mark: randomBytes(3).toString('hex') })
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
  const tookMs = environment.clock.now() - beganMs
  const failed = story.steps.filter(({ holds }) => !holds)
  print.result({ steps: story.steps, failed: failed.map(({ number }) => number), tookMs }, (out) =>
    showEnd(out, story.steps, failed, tookMs),
  )
  return { steps: story.steps, failed }
}

async function tellAll(stage: Stage): Promise<void> {
  const files: Protected | null = await protectAndOpen(stage)
  if (files === null) return
  await openAsUsPersons(stage, files)
  const permit = await openAsCovered(stage, files)
  const refusal = await refuse(stage, files)
  await openUnderAuthorization(stage, files)
  await endStatus(stage, files)
  const ledger = await askTheRecord(stage, files, { permit, refusal })
  await findTampering(stage, files, ledger)
}
