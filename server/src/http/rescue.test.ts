// Files that were sealed under a wrong label, or under one that nobody knows here, over HTTP: refused to everybody, until one
// officer asks for other labels in its place and another approves, for exactly that container.

import { toBase64, utf8, type Id, type LabelFqn } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { parseEntry } from '@sallyport/protocol/ledger'
import { writePolicy } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness } from '../base/index.ts'
import { wrapShare } from '../files/testing.ts'
import { sampleLabel } from '../main/testing.ts'
import { disagreement, policySets, readDecision } from '../policy/index.ts'
import { rewrapBody, sequenced, servedSample, type GateClient, type Site } from './testing.ts'
import { approveShown, openCopy, protectedFile } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
let enclave: Awaited<ReturnType<typeof enclaveView>>
const enclaveView = () => client.done(api.enclave, 'ada', 'GET', '/enclave')

beforeAll(async () => {
  ;({ site, client, stop } = await servedSample(9790))
  enclave = await enclaveView()
}, 60_000)
afterAll(() => stop())

const named = (...short: string[]) => short.map(sampleLabel)
const falcon = named('jurisdiction/itar', 'program/falcon', 'item/iv-h-1')
const foreign = 'https://labels.agency.example/attr/caveat/value/orange'

interface Handed {
  readonly id: Id<'file'>
  readonly share: Uint8Array
  readonly policy: string
  readonly access: ReturnType<typeof wrapShare>
}

/** What somebody sealed straight to the key of the enclave; nobody registered it. */
function handedOver(labels: readonly string[], id: Id<'file'> = newId(systemClock, systemRandomness)): Handed {
  const policy = writePolicy({ uuid: id as unknown as Id<'policy'>, labels: labels as LabelFqn[] })
  return sealedTo(id, policy)
}

function sealedTo(id: Id<'file'>, policy: string, share: Uint8Array = systemRandomness(32)): Handed {
  return { id, share, policy, access: wrapShare(enclave.wrappingKey, share, policy) }
}

/** `opened`, or why not. */
async function opens(person: string, { id, share, policy, access }: Handed): Promise<string> {
  const body = await rewrapBody(policy, access)
  const answer = await client.open(await client.token(person), { fileId: id, share, body })
  return 'key' in answer ? 'opened' : answer.refused
}
const refused = expect.stringContaining('PermissionDenied') as string

const ask = (by: string, { id, policy, access }: Handed, labels: readonly string[]) =>
  client.ask(by, 'POST', `/files/${id}/rescue`, {
    labels,
    manifest: { policy, bindings: [access.binding] },
    reason: 'CJ 0123-26',
  })
const asked = async (by: string, file: Handed, labels: readonly string[]) => {
  const { status, value, text } = await ask(by, file, labels)
  if (status !== 200) throw new Error(text)
  return api.rescueAsked.parse(value).approvalId
}
const approve = (by: string, id: string) => approveShown(client, by, id)
async function rescued(file: Handed, labels: readonly string[] = falcon): Promise<Handed> {
  const { value } = await approve('henry', await asked('grace', file, labels))
  expect(value).toMatchObject({ executed: true })
  return file
}
const end = (by: string, { id }: Pick<Handed, 'id'>) =>
  client.ask(by, 'POST', `/files/${id}/rescue/end`, { reason: 'classified anew' })

/** The last decision about a file, as an officer reads it. */
async function lastDecision(id: string, kind: 'permit' | 'deny') {
  await sequenced(site)
  const [row] = await site.database.query(
    `SELECT bytes FROM ledger_entries WHERE kind = $1 AND about_id = $2 ORDER BY index DESC LIMIT 1`,
    [`decision.${kind}`, id],
  )
  const entry = parseEntry(row?.['bytes'] as Uint8Array)
  const decision = readDecision(entry)
  const set = await policySets(site.database)(decision.body.policy.digest)
  expect(set === null ? 'no set' : disagreement(decision, set)).toBeNull()
  return { decision, explained: await client.done(api.explanation, 'paula', 'GET', `/decisions/${entry?.id}`) }
}

describe('a file under a label that nobody knows here', () => {
  test('opens for nobody until two officers set others in its place, and then as if it had been sealed under those', async () => {
    const file = handedOver([foreign, ...falcon])
    expect(await opens('ada', file)).toEqual(refused)
    for (const person of ['ada', 'paula', 'omar', 'stranger'])
      expect((await ask(person, file, falcon)).status).toBe(403)
    const id = await asked('grace', file, falcon)
    expect(await opens('ada', file)).toEqual(refused)
    expect((await approve('grace', id)).status).toBe(403)
    expect((await approve('ada', id)).status).toBe(403)
    const shown = await client.done(api.approvalShown, 'henry', 'GET', `/approvals/${id}`)
    expect(shown).toMatchObject({
      about: { kind: 'file', id: file.id },
      details: { state: 'not registered', from: [foreign, ...falcon].sort(), to: [...falcon].sort(), keys: 1 },
    })
    expect((await approve('henry', id)).value).toMatchObject({ executed: true })
    expect(await opens('ada', file)).toBe('opened')
    expect(await opens('lin', file)).toBe('opened')
    expect(await opens('ben', file)).toEqual(refused)
  })

  test('is judged whole under the labels in its place: who is covered opens it, who is not does not', async () => {
    const file = await rescued(handedOver([foreign]))
    expect(await opens('james', file)).toBe('opened')
    const { decision, explained } = await lastDecision(file.id, 'permit')
    expect(decision.body).toMatchObject({
      rescue: { instead: [foreign] },
      reliance: { number: 'TA-0042-26' },
      labels: { names: [...falcon].sort(), unknown: [] },
    })
    expect(explained).toMatchObject({ rescue: { instead: [foreign] }, authorization: { number: 'TA-0042-26' } })
    for (const person of ['eleanor', 'marc', 'irina', 'noah', 'sofia'])
      expect(await opens(person, file)).toEqual(refused)
    const other = await rescued(handedOver([foreign]), named('jurisdiction/itar', 'program/falcon', 'item/xi-d'))
    expect([await opens('ada', other), await opens('james', other)]).toEqual(['opened', refused])
  })

  test('opens again for nobody as soon as one officer ends it; it can then be rescued anew', async () => {
    const file = await rescued(handedOver([foreign]))
    expect(await opens('ada', file)).toBe('opened')
    expect((await end('ada', file)).status).toBe(403)
    expect((await end('wanda', file)).status).toBe(200)
    expect(await opens('ada', file)).toEqual(refused)
    expect((await end('wanda', file)).status).toBe(409)
    await rescued(file)
    expect(await opens('ada', file)).toBe('opened')
    const history = await client.done(api.fileHistory, 'paula', 'GET', `/files/${file.id}/history`)
    expect(history).toMatchObject({
      registered: null,
      rescues: [
        {
          from: [foreign],
          to: [...falcon].sort(),
          by: { name: 'Grace Okafor' },
          end: { by: { name: 'Wanda Kowalski' } },
        },
        { approvedBy: [{ name: 'Henry Walsh' }], end: null },
      ],
    })
    await expect(site.database.query(`UPDATE file_rescue SET labels = '{x}'`)).rejects.toThrow('append-only')
    await expect(site.database.query('DELETE FROM file_rescue')).rejects.toThrow('append-only')
  })

  test('opens under added labels besides, whatever stands in place of its own', async () => {
    const file = await rescued(handedOver([foreign]))
    const body = { add: named('dissem/noforn'), takeOff: [], designation: 'agency letter', reason: 'clause' }
    await client.done(api.fileReclassified, 'grace', 'POST', `/files/${file.id}/labels`, body)
    expect([await opens('ada', file), await opens('james', file)]).toEqual(['opened', refused])
  })
})

describe('a rescue', () => {
  test('holds for one policy to the byte, and for the keys that it is bound to', async () => {
    const file = await rescued(handedOver([foreign]))
    // ATTACKER: who holds a key of their own can bind whatever they write under the same uuid.
    const others = {
      'another policy': handedOver([foreign, sampleLabel('item/iv-h-1')], file.id),
      'the same policy with a space more': sealedTo(
        file.id,
        toBase64(utf8(`${Buffer.from(file.policy, 'base64').toString()} `)),
      ),
      'the same policy bound to another key': sealedTo(file.id, file.policy),
    }
    for (const [what, other] of Object.entries(others)) {
      expect(await opens('ada', other), what).toEqual(refused)
    }
    const stolen = sealedTo(file.id, file.policy)
    const claiming = { ...stolen, access: { ...stolen.access, binding: file.access.binding } }
    expect(await opens('ada', claiming)).not.toBe('opened')
    expect(await opens('ada', { ...file, access: { ...file.access, binding: 'AAAA' } })).toEqual(refused)
    expect(await opens('ada', file)).toBe('opened')
  })

  test('gives nothing to whoever asked for it or approved it, under whichever record of theirs', async () => {
    const file = handedOver([foreign])
    const assign = async (name: string) => {
      await site.database.query(
        `UPDATE person SET roles = '{officer,engineer}', version = version + 1 WHERE display_name = $1`,
        [name],
      )
      await site.database.query(
        `INSERT INTO person_assignment SELECT id, 'falcon', 'co-development' FROM person WHERE display_name = $1`,
        [name],
      )
    }
    for (const name of ['Grace Okafor', 'Henry Walsh', 'Wanda Kowalski']) await assign(name)
    await rescued(file)
    expect([await opens('grace', file), await opens('henry', file), await opens('wanda', file)]).toEqual([
      refused,
      refused,
      'opened',
    ])
    // Wanda's record turns out to be the one in which Henry's goes on.
    const merged = handedOver([foreign])
    await rescued(merged)
    expect(await opens('wanda', merged)).toBe('opened')
    await site.database.query(
      `INSERT INTO person_merge SELECT d.id, k.id, d.id FROM person d, person k
        WHERE d.display_name = 'Henry Walsh' AND k.display_name = 'Wanda Kowalski'`,
    )
    expect(await opens('wanda', merged)).toEqual(refused)
    await site.database.transaction(async (tx) => {
      await tx.query(`SET LOCAL session_replication_role = 'replica'`)
      await tx.query('DELETE FROM person_merge')
    })
  })

  test('takes labels that are defined, and none that says less than NOFORN', async () => {
    const file = handedOver([foreign])
    const status = async (labels: readonly string[], of = file) => (await ask('grace', of, labels)).status
    expect(await status([])).toBe(400)
    expect(await status(['program/falcon'])).toBe(400)
    expect(await status([...falcon, foreign])).toBe(400)
    for (const noforn of [sampleLabel('dissem/noforn'), 'https://labels.agency.example/attr/dissem/value/NOFORN']) {
      const marked = handedOver([foreign, noforn])
      expect(await status(falcon, marked)).toBe(400)
      await rescued(marked, [...falcon, sampleLabel('dissem/noforn')])
      expect([await opens('ada', marked), await opens('james', marked)]).toEqual(['opened', refused])
    }
  })

  test('keeps a list of countries, or a shorter one, and no control that it cannot read', async () => {
    const label = (value: string) => ({
      dimension: 'relto',
      value,
      title: value,
      record: null,
      basis: 'contract',
    })
    for (const value of ['usa-aus', 'usa-aus-gbr'])
      await client.done(api.labelDefined, 'grace', 'POST', '/labels', label(value))
    const marked = handedOver([foreign, 'https://labels.agency.example/attr/relto/value/usa-aus'])
    const status = async (labels: readonly string[], of = marked) => (await ask('grace', of, labels)).status
    expect(await status(falcon)).toBe(400)
    expect(await status([...falcon, sampleLabel('relto/usa-aus-gbr')])).toBe(400)
    await rescued(marked, [...falcon, sampleLabel('relto/usa-aus')])
    expect([await opens('ada', marked), await opens('james', marked)]).toEqual(['opened', refused])
    expect(await status(falcon, handedOver([foreign, 'https://labels.agency.example/attr/dissem/value/orcon']))).toBe(
      400,
    )
  })

  test('takes a manifest of that file, and names no recipients', async () => {
    const [file, other] = [handedOver([foreign]), handedOver([foreign])]
    expect((await ask('grace', { ...file, id: other.id }, falcon)).status).toBe(422)
    expect((await ask('grace', { ...file, access: { ...file.access, binding: 'AAAA' } }, falcon)).status).toBe(422)
    const path = `/files/${file.id}/rescue`
    expect((await client.ask('grace', 'POST', path, { labels: falcon, manifest: null, reason: 'x' })).status).toBe(400)
    const text = JSON.stringify({ uuid: file.id, body: { dataAttributes: [], dissem: ['bob@example.org'] } })
    expect((await ask('grace', sealedTo(file.id, toBase64(utf8(text))), falcon)).status).toBe(409)
    const id = await asked('grace', file, falcon)
    expect((await ask('wanda', file, falcon)).status).toBe(409)
    await approve('henry', id)
    expect((await ask('wanda', file, falcon)).status).toBe(409)
  })

  test('is refused for good where whoever asked may not any more', async () => {
    const file = handedOver([foreign])
    const id = await asked('wanda', file, falcon)
    const setRoles = (roles: string) =>
      site.database.query(
        `UPDATE person SET roles = $1::text[], version = version + 1 WHERE display_name = 'Wanda Kowalski'`,
        [roles],
      )
    await setRoles('{engineer}')
    expect((await approve('henry', id)).status).toBe(409)
    await setRoles('{officer,engineer}')
    expect(await opens('ada', file)).toEqual(refused)
  })
})

describe('a file that is stored here under a wrong label', () => {
  const rescueStored = (id: string, labels: readonly string[], manifest: unknown = null) =>
    client.ask('grace', 'POST', `/files/${id}/rescue`, { labels, manifest, reason: 'wrong vault' })

  test('is listed, fetched and opened by the labels in place of its own, of which the gate reads the manifest itself', async () => {
    const file = await protectedFile(client, 'wrong-vault.stp')
    const heron = named('jurisdiction/itar', 'program/heron', 'item/xi-d')
    const { approvalId } = api.rescueAsked.parse((await rescueStored(file.id, heron)).value)
    await approve('henry', approvalId)
    expect([await openCopy(client, 'ben', file), await openCopy(client, 'lin', file)]).toEqual(['opened', refused])
    expect((await client.ask('ben', 'GET', `/files/${file.id}/content`)).status).toBe(200)
    expect((await client.ask('lin', 'GET', `/files/${file.id}`)).status).toBe(403)
    const { people } = await client.done(api.whoCanAnswer, 'paula', 'POST', '/decisions/who-can', { fileId: file.id })
    const may = people.filter(({ effect }) => effect === 'permit').map(({ name }) => name)
    expect(may).toEqual(expect.arrayContaining(['Ada Whitfield', 'Ben Ortega']))
    expect(may).not.toContain('Lin Zhao')
    await end('wanda', file)
    expect([await openCopy(client, 'ben', file), await openCopy(client, 'lin', file)]).toEqual([refused, 'opened'])
  })

  test('is not taken for another container under its uuid, and is not rescued once it is deleted', async () => {
    const file = await protectedFile(client, 'other.stp')
    const forged = handedOver([foreign], file.id)
    const manifest = { policy: forged.policy, bindings: [forged.access.binding] }
    expect((await rescueStored(file.id, falcon, manifest)).status).toBe(409)
    const { approvalId } = api.rescueAsked.parse((await rescueStored(file.id, falcon)).value)
    const { value } = await client.ask('ada', 'POST', `/files/${file.id}/deletion`, { reason: 'x' })
    await approve('grace', api.proposed.parse(value).approvalId)
    expect((await approve('henry', approvalId)).status).toBe(409)
    expect((await rescueStored(file.id, falcon)).status).toBe(409)
    expect(await openCopy(client, 'ada', file)).toEqual(refused)
  })
})
