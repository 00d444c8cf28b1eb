// For tests only: a file as Ada protects it over HTTP, and its key as any OpenTDF client asks for it that has a copy.

import { utf8, type Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { readTdf } from '@sallyport/protocol/tdf'
import { sealContainer, wrapShare } from '../../files/testing.ts'
import { rewrapBody, type GateClient } from '../testing.ts'

export interface ProtectedCopy {
  readonly id: Id<'file'>
  readonly container: Uint8Array
}

/** Reserve, seal and store into vault falcon as Ada does. */
export async function protectedFile(client: GateClient, name: string): Promise<ProtectedCopy> {
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const vaultId = vaults.find((one) => one.name === 'falcon')?.id
  const { file, key } = await client.done(api.fileReserved, 'ada', 'POST', '/files', { vaultId, name })
  const labels = file.labels.map(({ fqn }) => fqn)
  const keyAccess = (share: Uint8Array, policy: string) => [wrapShare(key, share, policy)]
  const container = sealContainer({ fileId: file.id, labels, content: utf8('technical data'), keyAccess })
  await client.done(api.fileStored, 'ada', 'PUT', `/files/${file.id}/content`, container)
  return { id: file.id as Id<'file'>, container }
}

/** Ask for the key of a container. Yields `opened`, or why not. */
export async function openCopy(client: GateClient, person: string, { id, container }: ProtectedCopy): Promise<string> {
  const { manifest } = await readTdf({
    size: container.length,
    read: async (offset, length) => container.slice(offset, offset + length),
  })
  const [access] = manifest.keyAccess
  if (access === undefined || access.type === 'other') throw new Error('the file has no key access object')
  const body = await rewrapBody(manifest.policy, access)
  const opened = await client.open(await client.token(person), { fileId: id, share: new Uint8Array(32), body })
  return 'key' in opened ? 'opened' : opened.refused
}

/** Approve a request as it is shown to Grace, with what it would do. */
export async function approveShown(client: GateClient, by: string, id: string) {
  return await client.ask(by, 'POST', `/approvals/${id}/approve`, await namedIn(client, id))
}

/** What an approval of a request names: exactly what Grace is shown now. */
export async function namedIn(
  client: GateClient,
  id: string,
): Promise<{ readonly digest: string; readonly effect?: string }> {
  const { digest, hasEffect } = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${id}`)
  if (!hasEffect) return { digest }
  const { effect } = await client.done(api.approvalEffect, 'grace', 'GET', `/approvals/${id}/effect`)
  return { digest, ...(effect === null ? {} : { effect }) }
}

/** Approve an entry of the register that waits, with what it would do. */
export async function approveEntry(client: GateClient, by: string, id: string) {
  const { approvalId } = await client.done(api.authorization, 'grace', 'GET', `/authorizations/${id}`)
  const { effect } = await namedIn(client, approvalId ?? '')
  return await client.ask(by, 'POST', `/authorizations/${id}/approve`, { effect })
}
