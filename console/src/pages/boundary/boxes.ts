// What the picture of the boundary shows: boxes with lines of text, outside of it and inside, and what flows between them. All of it is
// what the gate says of itself; a box without anything behind it is not there.

import type { Boundary } from './query.ts'

type Authority = NonNullable<Boundary['clientCertificates']>['authorities'][number]

export interface Box {
  readonly id: string
  readonly title: string
  readonly lines: readonly string[]
  /** How it and the gate talk; null for what is only there. */
  readonly flow: string | null
}

export interface Picture {
  /** Whoever comes to the gate. */
  readonly outside: readonly Box[]
  readonly gate: Box
  /** What the gate stands on. */
  readonly inside: readonly Box[]
  /** Whom the gate itself turns to. */
  readonly beyond: readonly Box[]
}

const doorNames = {
  console: 'Console',
  api: 'Product API',
  kas: 'OpenTDF key access',
  authzen: 'AuthZEN decisions',
} as const

export function pictureOf(boundary: Boundary): Picture {
  const { people, places, gate, doors, ledger } = boundary
  return {
    outside: [
      {
        id: 'people',
        title: 'People',
        lines: [
          numbered(people.usPerson, 'U.S. person'),
          numbered(people.foreignPerson, 'foreign person'),
          `${people.unverified.toLocaleString()} unverified`,
          `${people.ended.toLocaleString()} ended`,
        ],
        flow: 'TLS; every call proven by a key',
      },
      {
        id: 'places',
        title: 'Places',
        lines: [
          ...places.map(({ name, country, ranges }) => `${name}, ${country}: ${numbered(ranges, 'network')}`),
          places.length === 0 ? 'No network is known: every place is unknown' : 'Any other address: unknown',
        ],
        flow: 'the address of each call',
      },
    ],
    gate: {
      id: 'gate',
      title: 'Gate',
      lines: [
        gate.publicUrl,
        `Version ${gate.version}`,
        gate.certificate === 'own' ? 'Certificate of its own authority' : 'Configured certificate',
        ...doors.map(({ door, isOpen }) => `${doorNames[door]}: ${isOpen ? 'open' : 'closed'}`),
        `Ledger: ${ledger.entries.toLocaleString()} entries`,
        `Checkpoints: for ${ledger.openTo === 'anybody' ? 'anybody' : 'known places alone'}`,
      ],
      flow: null,
    },
    inside: insideOf(boundary),
    beyond: beyondOf(boundary),
  }
}

function insideOf({ keys, stores }: Boundary): readonly Box[] {
  const isToken = keys.provider === 'pkcs11'
  const doors = [...new Set(keys.inUse.map(({ door }) => door))].sort()
  return [
    {
      id: 'keys',
      title: 'Keys',
      lines: [
        isToken ? `On the token ${keys.token ?? ''}` : 'In the sealed keystore of the gate',
        `${keys.inUse.length} in use, ${keys.old} older`,
        `For: ${doors.join(', ')}`,
      ],
      flow: isToken ? 'PKCS #11' : 'inside of the process',
    },
    {
      id: 'database',
      title: 'Database',
      lines: [
        stores.database === 'embedded' ? 'PostgreSQL of the data folder' : stores.database,
        'Roster, ledger, requests',
      ],
      flow: stores.database === 'embedded' ? 'SQL over a local socket' : 'SQL',
    },
    {
      id: 'objects',
      title: 'Sealed files',
      lines: [`${numbered(stores.storedFiles, 'file')} in ${numbered(stores.vaults, 'vault')}`, stores.objects],
      flow: 'ciphertext alone',
    },
  ]
}

function beyondOf({ issuers, passkeys, clientCertificates, otherGates, mail, timestamps }: Boundary): readonly Box[] {
  const box = (id: string, title: string, lines: readonly string[], flow: string): readonly Box[] =>
    lines.length === 0 ? [] : [{ id, title, lines, flow }]
  return [
    ...box(
      'sign-in',
      'Sign-in',
      [
        ...issuers.map(({ issuer, purposes }) => `${issuer}: ${purposes.join(', ')}`),
        ...(passkeys ? ['Passkeys, at the gate itself'] : []),
      ],
      'OpenID Connect',
    ),
    ...box(
      'certificates',
      'Client certificates',
      clientCertificates === null
        ? []
        : [clientCertificates.url, ...clientCertificates.authorities.flatMap(linesOfAuthority)],
      'TLS with a certificate, at a listener of its own',
    ),
    ...box('gates', 'Other gates', otherGates, 'files split with them'),
    ...box('mail', 'Mail', mail === null ? [] : [mail.host], `SMTP, ${mail?.tls ?? 'none'}; no names`),
    ...box('timestamps', 'Timestamps', timestamps === null ? [] : [timestamps], 'hash of a checkpoint'),
  ]
}

function linesOfAuthority({ id, issuers }: Authority): readonly string[] {
  return issuers.map(({ name, listUntil, trouble }) => {
    const list = listUntil === null ? 'list without an end' : `list until ${listUntil.slice(0, 16).replace('T', ' ')}Z`
    return `${id}, ${name}: ${trouble === null ? list : `closed, ${trouble}`}`
  })
}

function numbered(count: number, what: string): string {
  return `${count.toLocaleString()} ${what}${count === 1 ? '' : 's'}`
}
