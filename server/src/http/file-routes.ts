// Routes of vaults and protected files.

import { Readable } from 'node:stream'
import { parseId, Problem, toHex, type Action, type Id } from '@sallyport/protocol'
import { reserveFile as reserveBody, type FileView } from '@sallyport/protocol/api'
import {
  findFile,
  listFiles,
  listVaults,
  openContent,
  reserveFile,
  storeFile,
  type ProtectedFile,
} from '../files/index.ts'
import type { DecisionRequest } from '../policy/index.ts'
import { permitted, receiptOf, refusal, requestOf, type Call, type Gate } from './gate.ts'

export const fileRoutes = {
  async vaults(gate: Gate, call: Call) {
    const all = await listVaults(gate.database)
    const seen = await visible(
      gate,
      all.map((one) => requestOf(call, 'vault.list', { kind: 'vault', id: one.id })),
    )
    return { vaults: all.filter((one) => seen.has(one.id)) }
  },

  async reserveFile(gate: Gate, call: Call) {
    const { vaultId, name } = reserveBody.parse(call.body)
    const vault = { kind: 'vault' as const, id: vaultId as Id<'vault'> }
    const { permit } = await permitted(gate, call, 'file.protect', vault)
    const { file, entry } = await reserveFile(gate.files, permit, { vaultId: vault.id, name })
    return { file: show(file), key: gate.enclave.wrappingKey, receipt: await receiptOf(gate, [entry]) }
  },

  async storeFile(gate: Gate, call: Call) {
    const found = await fileOf(gate, call, 'file.protect')
    if (!(call.body instanceof Readable)) {
      throw new Problem('unsupported-media-type', 'cannot store file: the body is no octets, want octets')
    }
    const { permit } = await permitted(gate, call, 'file.protect', { kind: 'vault', id: found.vaultId })
    const { file, entry } = await storeFile(gate.files, permit, found.id, call.body)
    return { file: show(file), receipt: await receiptOf(gate, [entry]) }
  },

  async files(gate: Gate, call: Call) {
    const asked = call.query['vaultId']
    const vaultId = asked === undefined ? null : parseId<'vault'>(asked)
    if (asked !== undefined && vaultId === null) {
      throw new Problem('invalid-request', 'cannot list files: vaultId is no uuid')
    }
    const files: ProtectedFile[] = []
    for (let after: Id<'file'> | null = null; ;) {
      const page = await listFiles(gate.database, { vaultId, after, limit: pageSize })
      const seen = await visible(
        gate,
        page.map((one) => requestOf(call, 'file.list', { kind: 'file', id: one.id, presented: null })),
      )
      files.push(...page.filter((one) => seen.has(one.id)))
      const last = page.at(-1)
      if (last === undefined || page.length < pageSize) return { files: files.map(show) }
      after = last.id
    }
  },

  async file(gate: Gate, call: Call) {
    const found = await fileOf(gate, call, 'file.list')
    await permitted(gate, call, 'file.list', { kind: 'file', id: found.id, presented: null })
    return show(found)
  },

  async fetchFile(gate: Gate, call: Call) {
    const found = await fileOf(gate, call, 'file.fetch')
    const { permit } = await permitted(gate, call, 'file.fetch', { kind: 'file', id: found.id, presented: null })
    return await openContent(gate.files, permit, found.id)
  },
}

const pageSize = 500

async function visible<A extends 'file.list' | 'vault.list'>(
  gate: Gate,
  requests: readonly DecisionRequest<A>[],
): Promise<ReadonlySet<string>> {
  const [first, ...rest] = requests
  return first === undefined ? new Set() : (await gate.decisions.filter<A>([first, ...rest])).permitted
}

/**
 * Find the file of a call. ATTACKER: somebody who is not rostered hears of a file that is not there what they would hear of one
 * that is, and it is on record like any other attempt.
 */
async function fileOf(gate: Gate, call: Call, action: Action): Promise<ProtectedFile> {
  const id = parseId<'file'>(call.params['fileId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read file: the id is no uuid')
  const file = await findFile(gate.database, id)
  if (file !== null) return file
  const decision = await gate.decisions.decide(requestOf(call, 'file.list', { kind: 'file', id, presented: null }))
  if (decision.effect === 'deny' && !decision.isRostered) throw refusal(action, decision)
  throw new Problem('not-found', 'cannot read file: there is none of that id')
}

function show(file: ProtectedFile): FileView {
  const { id, vaultId, name, state, protectedBy } = file
  return {
    id,
    vaultId,
    name,
    state,
    labels: file.labels.map((one) => ({ ...one })),
    sealedBytes: file.state === 'stored' ? file.sealedBytes : null,
    sha256: file.state === 'stored' ? toHex(file.sha256) : null,
    protectedBy,
    protectedAt: new Date(file.protectedAtMs).toISOString(),
  }
}
