// sallyport file verify: what can be known of a sealed file without its key, and whether it is the one that the gate stored.

import { basename } from 'node:path'
import { Problem, toHex } from '@sallyport/protocol'
import { call } from '../gate/index.ts'
import { verifyFile, type Verified } from '../tdf/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { bytes } from './printer.ts'
import { obtainSealed } from './sealed-source.ts'

export async function verifySealed(
  context: Context,
  [wanted = '']: readonly string[],
  options: { readonly offline?: true },
): Promise<Exit> {
  const source = await obtainSealed(context, wanted)
  if (source.outcome === 'refused') return context.refused(source, `fetch ${wanted}`)
  const name = source.value.file?.name ?? basename(source.value.path)
  const verified = await context.print.progress('Verifying', (progress) =>
    verifyFile(source.value.path, { onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes) }),
  )
  const sha256 = toHex(verified.sha256)
  const isOffline = options.offline === true
  if (!isOffline) {
    const connection = await context.connect()
    const stored = await call(connection, 'file', { params: { fileId: verified.policy.uuid } })
    if (stored.outcome === 'refused') return context.refused(stored, `compare ${name} with what was stored`)
    // ATTACKER: a file that was altered with care is whole in itself; only the register tells.
    if (stored.value.sha256 !== sha256) {
      throw new Problem(
        'invalid-file',
        `cannot verify ${name}: it is not the file that the gate stored as ${stored.value.name}, want the same bytes`,
      )
    }
  }
  const { fileBytes, segments, segmentHash, policy, splits } = verified
  const gates = splits.map((one) => one.map(({ origin }) => origin ?? 'no gate').join(' or '))
  const answer = {
    name,
    fileId: policy.uuid,
    fileBytes,
    segments,
    segmentHash,
    sha256,
    gates,
    isAsStored: isOffline ? null : true,
  }
  context.print.result(answer, (out) => {
    out.pairs([
      ['file', `${name} (${bytes(fileBytes)}, ${segments} segments)`],
      ['whole', wholeness(verified)],
      ['as stored', isOffline ? 'not asked' : 'yes, byte for byte'],
      ['opens', gates.length > 1 ? `only with the shares of ${gates.join(' and ')}` : ''],
      ['sha-256', sha256],
      ['note', isOffline ? offlineNote : 'its content was not opened'],
    ])
  })
  return 0
}

const offlineNote = 'someone who alters a file on purpose makes its parts fit again: ask the gate, or open it'

function wholeness({ segmentHash }: Verified): string {
  return segmentHash === 'GMAC'
    ? 'yes: structure, checksum and the tag of every segment'
    : 'yes: structure and checksum; the hashes of its segments take the key'
}
