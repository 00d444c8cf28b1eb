// Key requests by somebody who means harm, over the real door: what cannot be recorded, one file's permit for another file's
// key, a registered file's name under other labels.

import type { Id, LabelFqn } from '@sallyport/protocol'
import { writeKeyAccess, writePolicy, type KeyAccess } from '@sallyport/protocol/tdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness } from '../../server/src/base/index.ts'
import { ecPair, openReleased, pemOf, requestToken, type RewrapJson } from '../../server/src/doors/kas/testing.ts'
import { wrapShare } from '../../server/src/files/testing.ts'
import { falconLabels, sampleLabel } from '../../server/src/main/testing.ts'
import { gateClient, makeSite, serveHere, type GateClient, type Site } from '../gate.ts'

let site: Site
let close: () => Promise<void>
let client: GateClient
let wrappingKey: { url: string; kid: string; algorithm: string; publicKeyPem: string }
let ada: string

beforeAll(async () => {
  site = await makeSite()
  const served = await serveHere(site, 9810)
  close = served.close
  client = await gateClient(served)
  wrappingKey = JSON.parse((await client.call('GET', '/api/v1/enclave')).text).wrappingKey
  ada = await client.token('ada')
})
afterAll(async () => {
  client.close()
  await close()
  await site.stop()
})

const pair = ecPair()

interface Wrapped {
  readonly id: Id<'file'>
  readonly share: Uint8Array
  readonly policy: string
  readonly access: KeyAccess
}

function wrapped(labels: readonly string[] = falconLabels, id = newId<'file'>(systemClock, systemRandomness)): Wrapped {
  const share = systemRandomness(32)
  const policy = writePolicy({ uuid: id as string as Id<'policy'>, labels: labels as readonly LabelFqn[] })
  return { id, share, policy, access: wrapShare(wrappingKey, share, policy) }
}

function asking(policyId: string, policy: string, accesses: readonly object[]) {
  const keyAccessObjects = accesses.map((keyAccessObject, i) => ({ keyAccessObjectId: `kao-${i}`, keyAccessObject }))
  return { policy: { id: policyId, body: policy }, keyAccessObjects }
}

async function rewrap(requests: readonly object[], { token = ada, fulfillable = [] as readonly string[] } = {}) {
  const signedRequestToken = await requestToken({ clientPublicKey: pemOf(pair.publicKey), requests })
  const context = Buffer.from(JSON.stringify({ obligations: { fulfillableFQNs: fulfillable } })).toString('base64')
  const reply = await client.call('POST', '/kas.AccessService/Rewrap', {
    token,
    headers: { 'content-type': 'application/json', 'x-rewrap-additional-context': context },
    body: JSON.stringify({ signedRequestToken }),
  })
  expect(reply.status).toBe(200)
  return JSON.parse(reply.text) as RewrapJson
}

/** Per policy and key: the share that came out, or why not. */
function outcomes({ responses = [], sessionPublicKey = '' }: RewrapJson): readonly (string | Uint8Array)[][] {
  return responses.map(({ results }) =>
    results.map(({ kasWrappedKey, error = '' }) =>
      kasWrappedKey === undefined
        ? (/desc = (.*)$/.exec(error)?.[1] ?? error)
        : openReleased(pair, sessionPublicKey, kasWrappedKey),
    ),
  )
}

async function entriesSince<T>(work: () => Promise<T>) {
  const count = 'SELECT (SELECT count(*) FROM ledger_entries) + (SELECT count(*) FROM ledger_pending) AS n'
  const before = Number((await site.database.query(count))[0]?.['n'])
  const result = await work()
  const rows = await site.database.query(
    `SELECT kind, convert_from(bytes, 'UTF8') AS text FROM (
       SELECT id, kind, bytes FROM ledger_entries UNION SELECT id, kind, bytes FROM ledger_pending) e
     ORDER BY id OFFSET $1`,
    [before],
  )
  return { result, entries: rows.map((row) => ({ kind: row['kind'], text: String(row['text']) })) }
}

describe('Rewrap', () => {
  test.each([
    ['a lone surrogate in a key id', { kid: 'k\ud800' }],
    ['control characters in a key id', { kid: '\u0000\u0001' }],
    ['a lone surrogate in a binding', { policyBinding: { alg: 'HS256', hash: '\udfff' } }],
  ])('Rewrap refuses %s by its form, on record, and serves everybody else', async (_, change) => {
    const file = wrapped()
    const poison = asking('p', file.policy, [{ ...writeKeyAccess(file.access), ...change }])
    const good = Array.from({ length: 20 }, () => wrapped())
    const { result, entries } = await entriesSince(() =>
      Promise.all([
        rewrap([poison]),
        ...good.map((one) => rewrap([asking('p', one.policy, [writeKeyAccess(one.access)])])),
      ]),
    )
    expect(outcomes(result[0] ?? {})).toEqual([['bad request']])
    expect(result.slice(1).map(outcomes)).toEqual(good.map(({ share }) => [[share]]))
    expect(entries.filter(({ kind }) => kind === 'release.refused')).toHaveLength(1)
  })

  test('Rewrap records the decision of the largest request that there can be, and its neighbour is served', async () => {
    const labels = Array.from(
      { length: 400 },
      (_, i) => `https://n.test/attr/${'x'.repeat(120)}/value/${`${i}-`.padEnd(250, 'x')}`,
    )
    const file = wrapped(labels)
    const long = '"'.repeat(256)
    const access = { ...writeKeyAccess(file.access), kid: long, policyBinding: { alg: 'HS256', hash: long } }
    const fulfillable = Array.from({ length: 50 }, (_, i) => `https://n.test/obl/${'x'.repeat(250)}/value/${i}`)
    const neighbour = wrapped()
    const { result, entries } = await entriesSince(() =>
      rewrap(
        [
          asking(
            'large',
            file.policy,
            Array.from({ length: 32 }, () => access),
          ),
          asking('neighbour', neighbour.policy, [writeKeyAccess(neighbour.access)]),
        ],
        { fulfillable: fulfillable.slice(0, 30) },
      ),
    )
    expect(outcomes(result)).toEqual([Array.from({ length: 32 }, () => 'forbidden'), [neighbour.share]])
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['decision.deny', 'decision.permit'])
  })

  test('Rewrap never uses the permit of one policy for the key of another', async () => {
    const mine = wrapped()
    const others = wrapped([...falconLabels, sampleLabel('program/heron')])
    const tomas = await client.token('tomas')
    const { result, entries } = await entriesSince(() =>
      rewrap(
        [
          // Each under the other's policy, then both keys under the policy that is permitted.
          asking('a', mine.policy, [writeKeyAccess(others.access), writeKeyAccess(mine.access)]),
          asking('b', others.policy, [writeKeyAccess(mine.access), writeKeyAccess(others.access)]),
        ],
        { token: tomas },
      ),
    )
    expect(outcomes(result)).toEqual([
      ['bad request', mine.share],
      ['forbidden', 'forbidden'],
    ])
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['decision.deny', 'decision.permit', 'release.failed'])
  })

  test('Rewrap refuses a binding that was made for the same policy in other words', async () => {
    const file = wrapped()
    const same = Buffer.from(`${Buffer.from(file.policy, 'base64').toString()} `).toString('base64')
    expect(outcomes(await rewrap([asking('p', same, [writeKeyAccess(file.access)])]))).toEqual([['bad request']])
  })

  test('Rewrap joins the labels of the register to those of the manifest: a file keeps its labels under any policy', async () => {
    const [row] = await site.database.query(`SELECT id FROM vault WHERE labels @> ARRAY[$1::text] LIMIT 1`, [
      sampleLabel('program/heron'),
    ])
    const id = newId<'file'>(systemClock, systemRandomness)
    await site.database.query(
      `INSERT INTO protected_file (id, vault_id, name, labels, state, protected_by)
       SELECT $1, v.id, 'attacked', v.labels, 'reserved', $1 FROM vault v WHERE v.id = $2`,
      [id, row?.['id']],
    )
    const lighter = wrapped(falconLabels, id)
    const tomas = await client.token('tomas')
    const ask = [asking('p', lighter.policy, [writeKeyAccess(lighter.access)])]
    expect(outcomes(await rewrap(ask, { token: tomas }))).toEqual([['forbidden']])
    const upper = wrapped(falconLabels, id.toUpperCase() as Id<'file'>)
    const again = [asking('p', upper.policy, [writeKeyAccess(upper.access)])]
    expect(outcomes(await rewrap(again, { token: tomas }))).toEqual([['forbidden']])
    expect(outcomes(await rewrap(ask))).toEqual([[lighter.share]])
  })

  test.each([
    ['no labels', { body: { dataAttributes: [], dissem: [] } }],
    ['no body worth the name', { body: { dataAttributes: null, dissem: null } }],
    [
      'a list of people',
      { body: { dataAttributes: falconLabels.map((attribute) => ({ attribute })), dissem: ['ada'] } },
    ],
    [
      'a label of another namespace',
      { body: { dataAttributes: [{ attribute: 'https://x.test/attr/program/value/falcon' }] } },
    ],
    [
      'an encoded label',
      {
        body: {
          dataAttributes: [
            { attribute: falconLabels[0] },
            { attribute: `${falconLabels[1]}`.replace('falcon', 'f%61lcon') },
          ],
        },
      },
    ],
    [
      'a label that reads like another',
      {
        body: { dataAttributes: [...falconLabels, sampleLabel('program/fa1con')].map((attribute) => ({ attribute })) },
      },
    ],
  ])('Rewrap releases nothing for a policy with %s', async (_, policy) => {
    const id = newId<'file'>(systemClock, systemRandomness)
    const share = systemRandomness(32)
    const text = Buffer.from(JSON.stringify({ uuid: id, ...policy })).toString('base64')
    const access = wrapShare(wrappingKey, share, text)
    expect(outcomes(await rewrap([asking('p', text, [writeKeyAccess(access)])]))).toEqual([['forbidden']])
  })

  test('Rewrap reads a label in any case as the one label that it is', async () => {
    const kelvin = falconLabels.map((fqn) => fqn.toUpperCase())
    const file = wrapped(kelvin)
    const ask = [asking('p', file.policy, [writeKeyAccess(file.access)])]
    expect(outcomes(await rewrap(ask))).toEqual([[file.share]])
    expect(outcomes(await rewrap(ask, { token: await client.token('ben') }))).toEqual([['forbidden']])
  })

  test('Rewrap tells somebody who is not on the roster the same whatever is asked', async () => {
    const stranger = await client.token('stranger')
    const known = wrapped()
    const unknown = wrapped([sampleLabel('program/nothing')])
    const answers = await Promise.all(
      [known, unknown].map((file) =>
        rewrap([asking('p', file.policy, [writeKeyAccess(file.access)])], { token: stranger }),
      ),
    )
    expect(answers.map((one) => one.responses)).toEqual([answers[0]?.responses, answers[0]?.responses])
    expect(outcomes(answers[0] ?? {})).toEqual([['forbidden']])
    expect(answers[0]?.responses?.[0]?.results[0]?.metadata).toEqual({ 'X-Required-Obligations': [] })
  })
})
