// A sample with something on every page: a request for approval, somebody with a history, a file whose name is made to do harm, a register,
// decisions that let in and that refuse.

import {
  classifications as classificationsShape,
  decisions as decisionsShape,
  fileReserved,
  fileStored,
  people as peopleShape,
  personChanged,
  problemBody,
  proposed,
  vaults as vaultsShape,
} from '@sallyport/protocol/api'
import { expect } from 'vitest'
import { sealedFor, sequenced, type GateClient, type servedSample } from '../../server/src/http/testing.ts'
import { fillRegister, type FilledRegister } from './filled-register.ts'

type Served = Awaited<ReturnType<typeof servedSample>>

export interface FilledEnclave {
  readonly register: FilledRegister
  readonly vault: string
  readonly file: string
  /** A classification record that is in force. */
  readonly classification: string
  /** A request for approval, about somebody of the roster. */
  readonly approval: string
  /** Somebody with a history. */
  readonly person: string
  readonly ended: string
  /** Somebody whom nobody verified yet. */
  readonly unverified: string
  /** An entry of the ledger: a refusal. */
  readonly entry: string
  /** A foreign person is refused a file. */
  readonly refusal: string
  /** A refusal that whoever was refused looks at. */
  readonly own: string
  readonly permit: string
}

export async function fillEnclave(served: Served): Promise<FilledEnclave> {
  const filled = await fillIn(served.client)
  const there = await protectOne(served.client)
  const register = await fillRegister(served.client, there.file)
  const { classifications } = await served.client.done(classificationsShape, 'grace', 'GET', '/classifications')
  const classification =
    classifications.find(({ state }) => state === 'in-force')?.id ?? expect.fail('nothing is classified')
  return { ...filled, ...there, ...(await decideSome(served, there.file)), classification, register }
}

/** A vault, and a file in it that is named to do harm. */
async function protectOne(client: GateClient): Promise<Pick<FilledEnclave, 'vault' | 'file'>> {
  const { vaults } = await client.done(vaultsShape, 'ada', 'GET', '/vaults')
  const vault = vaults.find(({ name }) => name === 'falcon')?.id ?? ''
  const name = `airframe/wing/<b onclick=alert(1)>${'spar '.repeat(20)}rev 2.pdf`
  const reserved = await client.done(fileReserved, 'ada', 'POST', '/files', { vaultId: vault, name })
  const { container } = await sealedFor(reserved, new Uint8Array(90_000))
  await client.done(fileStored, 'ada', 'PUT', `/files/${reserved.file.id}/content`, container)
  for (const plain of ['plan.txt', 'airframe/loads.csv']) {
    await client.done(fileReserved, 'ada', 'POST', '/files', { vaultId: vault, name: plain })
  }
  return { vault, file: reserved.file.id }
}

/** Somebody is let in, and two are not. */
async function decideSome(
  { client, site }: Served,
  file: string,
): Promise<Pick<FilledEnclave, 'refusal' | 'own' | 'permit'>> {
  const refused = async (person: string) =>
    problemBody.parse((await client.ask(person, 'GET', `/files/${file}/content`)).value).decisionId ?? ''
  const refusal = await refused('eleanor')
  const own = await refused('ben')
  await client.ask('ada', 'GET', `/files/${file}/content`)
  await sequenced(site)
  const query = `/decisions?effect=permit&action=file.fetch&fileId=${file}`
  const { decisions } = await client.done(decisionsShape, 'grace', 'GET', query)
  const permit = decisions[0]?.id ?? expect.fail('nobody fetched it')
  return { refusal, own, permit }
}

/** Something to look at: a request for approval, and somebody with a history. */
async function fillIn({
  ask,
  done,
}: GateClient): Promise<Pick<FilledEnclave, 'approval' | 'person' | 'ended' | 'unverified' | 'entry'>> {
  const { people } = await done(peopleShape, 'grace', 'GET', '/people')
  const of = (name: string) => people.find((one) => one.name === name) ?? expect.fail(name)
  // Worth a look, and everyday.
  await ask('ada', 'GET', '/ledger/export')
  const refused = problemBody.parse((await ask('ada', 'GET', '/people')).value)
  const [irina, ben] = [of('Irina Sokolova'), of('Ben Ortega')]
  await done(personChanged, 'grace', 'POST', `/people/${irina.id}/changes`, {
    change: { change: 'correct', externalId: 'E-1180' },
    reason: 'number of the new system',
    version: irina.version,
  })
  const { approvalId } = await done(proposed, 'grace', 'POST', `/people/${ben.id}/proposals`, {
    change: { change: 'assign', program: 'falcon', purpose: 'co-development' },
    reason: 'joins the team in December',
    version: ben.version,
  })
  return {
    approval: approvalId,
    person: irina.id,
    ended: of('Victor Hale').id,
    unverified: of('Noah Brandt').id,
    entry: refused.decisionId ?? '',
  }
}
