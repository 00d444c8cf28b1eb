// A register to look at: an agreement that stands, a license that is drawn and ends soon, one that waits, one that ended; with names that
// are made to do harm.

import { authorizationTerms } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { expect } from 'vitest'
import type { GateClient } from '../../server/src/http/testing.ts'
import { approveEntry } from '../../server/src/http/testing/protected-file.ts'

export interface FilledRegister {
  readonly standing: string
  readonly license: string
  readonly waiting: string
  readonly ended: string
}

const dayMs = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString()

/** Fill the register of a sample. `document`: a protected file that stands for the paper of the license. */
export async function fillRegister(client: GateClient, document: string): Promise<FilledRegister> {
  const { done } = client
  const { authorizations } = await done(api.authorizations, 'grace', 'GET', '/authorizations')
  const [standing] = authorizations
  const agreement = authorizationTerms.parse(standing?.terms)
  const { people } = await done(api.people, 'grace', 'GET', '/people')
  const of = (name: string) => people.find((one) => one.name === name)?.id ?? expect.fail(name)
  const register = async (terms: object): Promise<string> => {
    const body = { ...agreement, ...terms }
    return (await done(api.authorizationRegistered, 'grace', 'POST', '/authorizations', body)).authorization.id
  }

  const line = { item: 'iv-h-1', unit: 'sets' }
  const license = await register({
    number: '050799001',
    kind: 'DSP-5',
    citation: '22 CFR 123.1(a)(1)',
    title: 'Falcon nozzle drawings, <img src=x onerror=alert(1)> for one British engineer',
    parties: [],
    persons: [of('Eleanor Hughes')],
    registrant: 'M99999',
    endUse: 'Design review of the nozzle',
    validUntil: inDays(20),
    documents: [{ file: document, title: 'Approval of the Directorate, <b>signed</b>' }],
    lines: [
      { ...line, id: 'drawings', description: 'Drawings', quantity: 100, valueCents: 12_500_000 },
      { ...line, id: 'models', description: 'Models', quantity: 40, valueCents: 4_000_000 },
      { ...line, id: 'notes', description: 'Notes', quantity: 10, valueCents: 0 },
    ],
    provisos: [
      {
        kind: 'condition',
        id: 'p-1',
        text: 'Released in the United States only, to personnel briefed within a year who agree to send none of it on.',
        places: ['US'],
        briefedWithinDays: 365,
        acknowledged: true,
      },
      { kind: 'obligation', id: 'p-2', text: 'Marked with who opened it.', obligation: 'watermark' },
      { kind: 'duty', id: 'p-3', text: 'Report yearly.', owner: 'Export control', due: '2027-01-31' },
      { kind: 'manual', id: 'p-4', text: 'Keep the room locked.', owner: 'Facility security' },
    ],
  })
  for (const by of ['henry', 'wanda']) await approveEntry(client, by, license)
  for (const [of, quantity, valueCents] of [
    ['drawings', 84, 9_000_000],
    ['models', 37, 4_200_000],
  ] as const) {
    const draw = { line: of, quantity, valueCents, reference: 'X20260301000001' }
    await done(api.lineDrawn, 'grace', 'POST', `/authorizations/${license}/draws`, draw)
  }
  const waiting = await register({
    number: 'TA-0077-26',
    title: 'Second agreement, waiting',
    registrant: 'M99999',
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2037-01-01T00:00:00Z',
  })
  const ended = await register({ number: 'TA-0011-20', title: 'An old agreement' })
  const end = { reason: 'registered by mistake' }
  await done(api.authorizationChanged, 'grace', 'POST', `/authorizations/${ended}/end`, end)
  return { standing: standing?.id ?? '', license, waiting, ended }
}
