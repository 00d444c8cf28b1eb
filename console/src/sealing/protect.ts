// Protecting a file in this browser: reserved, sealed segment by segment as it is uploaded, and stored by the gate whole or not at all.
// Nothing of it is kept here, sealed or not: an upload that breaks off begins again from the file that the person chose.

import { parseId, parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { writePolicy } from '@sallyport/protocol/tdf'
import { makeDataKey, sealStream, webCipher, wrapSplits, type Sealed } from '@sallyport/client/web'
import { call, callWithStream, type AnswerOf } from '../api/call.ts'
import { GateProblem } from '../api/problem.ts'
import type { ProtectJob, Told } from './job.ts'
import { piecesOf } from './remote-file.ts'

/** Protect a file. What was begun and did not end is at most a reservation, which gives way to the next. */
export async function protect(job: ProtectJob, tell: (told: Told) => void, signal: AbortSignal): Promise<Told> {
  if (job.begunAs !== null && (await isStored(job.begunAs, signal))) {
    return { state: 'protected', fileId: job.begunAs, receipt: null }
  }
  const { vaultId, name, content } = job
  const { file, key: kas } = await call('reserveFile', { body: { vaultId, name }, signal })
  tell({ state: 'reserved', fileId: file.id })
  const key = makeDataKey()
  try {
    const cipher = await webCipher(key)
    const policy = writePolicy(policyOf(file))
    const keyAccess = await wrapSplits(key, policy, [kas])
    const totalBytes = content.size
    const attempt = { sealed: null as Sealed | null, failure: null as unknown }
    // Sealed anew for each attempt at sending it, so that nothing has to be kept.
    const sealing = () =>
      streamOf(
        sealStream({
          content: piecesOf(content.stream()),
          totalBytes,
          key,
          cipher,
          policy,
          keyAccess,
          signal,
          onProgress: (doneBytes) => tell({ state: 'working', doneBytes, totalBytes }),
        }),
        attempt,
      )
    const stored = await callWithStream('storeFile', { path: { fileId: file.id }, body: sealing, signal }).catch(
      (error: unknown) => {
        // What went wrong while the file was read says more than that nothing more was sent.
        throw attempt.failure ?? error
      },
    )
    if (attempt.sealed === null || stored.file.sealedBytes !== attempt.sealed.sealedBytes) {
      throw new Problem('internal', 'cannot protect file: the gate stored less than was sent, want all of it')
    }
    return { state: 'protected', fileId: file.id, receipt: stored.receipt }
  } finally {
    key.fill(0)
  }
}

/** Whether an attempt whose answer was lost had come to its end. */
async function isStored(fileId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await call('file', { path: { fileId }, signal })).state === 'stored'
  } catch (error) {
    if (error instanceof GateProblem && (error.code === 'not-found' || error.isRefusal)) return false
    throw error
  }
}

function policyOf({ id, labels }: AnswerOf<'reserveFile'>['file']): {
  readonly uuid: Id<'policy'>
  readonly labels: readonly LabelFqn[]
} {
  const uuid = parseId<'policy'>(id)
  const read = labels.map(({ fqn }) => parseLabel(fqn)?.fqn)
  const known = read.filter((label) => label !== undefined)
  if (uuid === null || known.length === 0 || known.length < read.length) {
    throw new Problem('internal', 'cannot seal the file: the gate named no labels that can be read, want at least one')
  }
  return { uuid, labels: known }
}

function streamOf(
  sealing: AsyncGenerator<Uint8Array, Sealed>,
  attempt: { sealed: Sealed | null; failure: unknown },
): ReadableStream<Uint8Array> {
  attempt.sealed = null
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await sealing.next()
        if (next.done !== true) return controller.enqueue(next.value)
        attempt.sealed = next.value
        controller.close()
      } catch (error) {
        attempt.failure = error
        controller.error(error)
      }
    },
    async cancel() {
      await sealing.return(undefined as never)
    },
  })
}
