// Makes a gate send the statements that requests make it send: every route in the name of people who may and of people who may not,
// and whole courses of a file, of an import and of records that are merged, which a request alone does not come through.

import * as api from '@sallyport/protocol/api'
import { routes, type Route } from '@sallyport/protocol/api'
import { utf8, type Id } from '@sallyport/protocol'
import { readTdf } from '@sallyport/protocol/tdf'
import { rewrapBody, sequenced, type Address, type GateClient, type Site } from '../../server/src/http/testing.ts'
import { openPage } from '../../server/src/http/testing/browser-page.ts'
import { sealContainer, wrapShare } from '../../server/src/files/testing.ts'
import { usualPace } from '../../server/src/notices/index.ts'
import { postponeStamping, takeStampingTurn } from '../../server/src/ledger/timestamps/store.ts'
import { lookForDue } from '../../server/src/notices/due/send-due-mails.ts'
import { claimDueMail, gatherDueMails } from '../../server/src/notices/due/store.ts'
import { claimNext, insertDue } from '../../server/src/notices/store.ts'
import { requestsWith, sampleRequest, type Known } from '../routes/sample-request.ts'
import { approveShown } from '../../server/src/http/testing/protected-file.ts'

const askers = ['grace', 'omar', 'ada', 'paula', 'stranger'] as const

export async function askEverything(site: Site, client: GateClient, address: Address): Promise<void> {
  const known = await whatIsThere(client)
  await useSession(address)
  await takeFileThrough(site, client, known)
  await takeImportThrough(client)
  await mergeAndSplit(client)
  await sequenced(site)
  await askForEvidence(client, known)
  const pages = ['/files?name=kept', `/files?vaultId=${String(known['vaultId'])}`]
  for (const path of pages) await client.ask('ada', 'GET', path)
  await client.ask('grace', 'GET', '/people?name=noah')
  await client.ask('grace', 'GET', `/people?asOf=${String(known['asOf'])}`)
  for (const person of askers) {
    for (const route of Object.values(routes) as Route[]) {
      for (const { method, path, body } of [sampleRequest(route, known), ...requestsWith('', route, known)]) {
        await client.ask(person, method, path.replace('/api/v1', ''), body)
      }
    }
  }
  await sequenced(site)
  // What a mailer asks of the database again and again; a sample has none.
  await insertDue(site.database, [{ kind: 'person.change', person: known['personId'] as Id<'person'> }], usualPace)
  await claimNext(site.database, 1)
  await lookForDue(site)
  await gatherDueMails(site.database)
  await claimDueMail(site.database, 1)
  // And what the turn to ask an authority for timestamps does, which a sample has none of either.
  const turn = await takeStampingTurn(site.database, 1, 1)
  if (turn !== null) await postponeStamping(site.database, turn, null, 1)
}

/** With a session, which tokens do not come through. */
async function useSession(address: Address): Promise<void> {
  const page = await openPage(address)
  await page.signIn('grace')
  for (const path of ['/session', '/me', '/sessions']) await page.call('GET', `/api/v1${path}`)
  await page.call('DELETE', '/api/v1/session')
}

async function whatIsThere(client: GateClient): Promise<Known> {
  const { people } = await client.done(api.people, 'grace', 'GET', '/people')
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const { authorizations } = await client.done(api.authorizations, 'grace', 'GET', '/authorizations')
  const vault = vaults.find(({ name }) => name === 'falcon')
  const noah = people.find(({ name }) => name === 'Noah Brandt')
  const refused = api.problemBody.parse((await client.ask('ada', 'GET', '/people')).value)
  const { file } = await client.done(api.fileReserved, 'ada', 'POST', '/files', {
    vaultId: vault?.id,
    name: 'kept.step',
  })
  return {
    personId: noah?.id,
    vaultId: vault?.id,
    fileId: file.id,
    authorizationId: authorizations[0]?.id,
    decisionId: refused.decisionId,
    asOf: new Date().toISOString(),
    from: '2026-01-01',
    to: new Date().toISOString(),
    name: 'noah',
  }
}

async function askForEvidence(
  client: GateClient,
  { personId, fileId, authorizationId, from, to }: Known,
): Promise<void> {
  const between = `from=${String(from)}&to=${String(to)}`
  const ids = { person: personId, file: fileId, authorization: authorizationId, program: 'falcon' }
  const questions = Object.entries(ids).map(([about, id]) => `about=${about}&id=${String(id)}`)
  for (const question of [...questions, `about=period&${between}`]) {
    const { status, text } = await client.ask('paula', 'GET', `/ledger/packet?${question}`)
    if (status !== 200) throw new Error(`no packet: ${text}`)
  }
  await client.done(api.ledgerEntryList, 'paula', 'GET', '/ledger/entries?without=decisions')
}

async function takeFileThrough(site: Site, client: GateClient, { vaultId, personId }: Known): Promise<void> {
  const { file, key } = await client.done(api.fileReserved, 'ada', 'POST', '/files', { vaultId, name: 'passing.step' })
  const fileId = file.id as Id<'file'>
  const labels = file.labels.map(({ fqn }) => fqn)
  const keyAccess = (share: Uint8Array, policy: string) => [wrapShare(key, share, policy)]
  const container = sealContainer({ fileId, labels, content: utf8('technical data'), keyAccess })
  await client.done(api.fileStored, 'ada', 'PUT', `/files/${fileId}/content`, container)
  await client.ask('ada', 'GET', `/files/${fileId}/content`)
  const source = {
    size: container.length,
    read: async (at: number, length: number) => container.slice(at, at + length),
  }
  const { manifest } = await readTdf(source)
  const [access] = manifest.keyAccess
  if (access === undefined || access.type === 'other') throw new Error('the file has no key access object')
  const body = await rewrapBody(manifest.policy, access)
  for (const person of ['ada', 'james']) {
    await client.open(await client.token(person), { fileId, share: new Uint8Array(32), body })
  }
  const asOf = new Date().toISOString()
  await client.done(api.whoCanAnswer, 'grace', 'POST', '/decisions/who-can', { fileId, asOf })
  await client.done(api.whatCanAnswer, 'grace', 'POST', '/decisions/what-can', { personId, asOf })
  await sequenced(site)
  await client.done(api.fileCopies, 'paula', 'GET', `/files/${fileId}/copies`)
  await relabel(client, fileId, labels)
  const asked = await client.done(api.proposed, 'ada', 'POST', `/files/${fileId}/deletion`, { reason: 'over' })
  await approve(client, ['grace'], asked.approvalId)
}

async function relabel(client: GateClient, fileId: string, labels: readonly string[]): Promise<void> {
  const added = labels.map((fqn) => fqn.replace(/\/attr\/.*/, '/attr/program/value/heron')).slice(0, 1)
  const change = (add: readonly string[], takeOff: readonly string[]) =>
    client.done(api.fileReclassified, 'grace', 'POST', `/files/${fileId}/labels`, { add, takeOff, reason: 'CJ' })
  await change(added, [])
  await approve(client, ['henry'], (await change([], added)).approvalId ?? '')
  const rescue = { labels, manifest: null, reason: 'CJ' }
  const { approvalId } = await client.done(api.rescueAsked, 'grace', 'POST', `/files/${fileId}/rescue`, rescue)
  await approve(client, ['henry'], approvalId)
  const shares = `/files/${fileId}/shares`
  const { shareId } = await client.done(api.fileShared, 'ada', 'POST', shares, { with: { person: 'Tomás Rivera' } })
  await client.done(api.fileUnshared, 'grace', 'POST', `${shares}/${shareId}/end`)
  await client.done(api.rescueEnded, 'grace', 'POST', `/files/${fileId}/rescue/end`, { reason: 'CJ' })
}

async function takeImportThrough(client: GateClient): Promise<void> {
  const table = (name: string) =>
    utf8(
      `external id,name,status,basis,evidence,roles,assignments\nS-1,${name},us-person,lpr,HR 7,engineer,falcon:co-development\n`,
    )
  for (const name of ['Hana Ito', 'Hana Itoh']) {
    const compared = await client.done(api.peopleImported, 'grace', 'POST', '/people/import', table(name))
    const apply = `/people/import?apply=${compared.digest}`
    const { applied } = await client.done(api.peopleImported, 'grace', 'POST', apply, table(name))
    if (applied?.approvalId !== null) await approve(client, ['henry', 'wanda'], applied?.approvalId ?? '')
  }
}

async function mergeAndSplit(client: GateClient): Promise<void> {
  const added = async (name: string) =>
    (await client.done(api.personAdded, 'grace', 'POST', '/people', { name, kind: 'employee' })).person
  const [kept, duplicate] = [await added('Iris Falk'), await added('Iris Falck')]
  const merge = { duplicate: { id: duplicate.id, version: 1 }, version: 1, reason: 'one human being' }
  const { person } = await client.done(api.peopleMerged, 'grace', 'POST', `/people/${kept.id}/merge`, merge)
  const split = { name: 'Ira Falk', version: person.version, reason: 'two human beings' }
  await client.done(api.personSplit, 'grace', 'POST', `/people/${kept.id}/split`, split)
  await client.done(api.personHistory, 'grace', 'GET', `/people/${kept.id}/history`)
}

async function approve(client: GateClient, by: readonly string[], id: string): Promise<void> {
  for (const person of by) {
    const { status, text } = await approveShown(client, person, id)
    if (status !== 200) throw new Error(`${person} could not approve: ${text}`)
  }
}
