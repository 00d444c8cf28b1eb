// sallyport boundary ...

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addBoundaryVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'boundary', 'What is inside of the enclave, and what it talks to')
  addVerb(noun, desk, {
    usage: 'show',
    summary:
      'Show people by status, keys and who holds them, stores, doors, places and whom the gate talks to, as of now',
    example: 'sallyport boundary show',
    run: show,
  })
}

async function show(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'boundary', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the boundary')
  const {
    at,
    people,
    gate,
    keys,
    stores,
    doors,
    places,
    issuers,
    passkeys,
    clientCertificates,
    otherGates,
    mail,
    timestamps,
    ledger,
  } = answer.value
  const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '))
  context.print.result(answer.value, (out) =>
    out.pairs([
      ['enclave', gate.name],
      ['as of', at],
      ['U.S. persons', String(people.usPerson)],
      ['foreign persons', String(people.foreignPerson)],
      ['unverified', String(people.unverified)],
      ['ended', String(people.ended)],
      ['gate', `${gate.publicUrl}, version ${gate.version}, ${gate.certificate} certificate`],
      [
        'keys',
        `${keys.provider}${keys.token === null ? '' : ` (${keys.token})`}, ${keys.inUse.length} in use, ${keys.old} older`,
      ],
      ['in use', list(keys.inUse.map(({ door, algorithm }) => `${door}: ${algorithm}`))],
      ['database', stores.database],
      ['files', `${stores.storedFiles} in ${stores.vaults} vaults, under ${stores.objects}`],
      ['doors', list(doors.map(({ door, isOpen }) => (isOpen ? door : `${door} (closed)`)))],
      ['places', list(places.map(({ name, country, ranges }) => `${name} (${country}, ${ranges} ranges)`))],
      ['issuers', list(issuers.map(({ issuer, purposes }) => `${issuer} for ${purposes.join(', ')}`))],
      ['passkeys', passkeys ? 'at the gate itself' : 'none are taken'],
      ['certificates', clientCertificates === null ? 'none are asked for' : clientCertificates.url],
      ...(clientCertificates?.authorities ?? []).flatMap(({ id, issuers: own }) =>
        own.map(({ name, listUntil, trouble }): [string, string] => [
          `certificates of ${id}`,
          `${name}: ${trouble ?? (listUntil === null ? 'its list is believed' : `its list is good until ${listUntil}`)}`,
        ]),
      ),
      ['other gates', list(otherGates)],
      ['mail', mail === null ? 'none' : `${mail.host} (${mail.tls})`],
      ['timestamps', timestamps ?? 'none'],
      ['ledger', `${ledger.entries} entries, checkpoints open to ${ledger.openTo}`],
    ]),
  )
  return 0
}
