// What the configuration says of the boundary: names of what is there, nothing that opens it.

import { resolve } from 'node:path'
import type { Config } from '../base/index.ts'
import type { BoundaryFacts } from '../http/index.ts'

interface Issuer {
  readonly issuer: string
  readonly purposes: readonly string[]
}

/** Read what of the configuration the boundary shows. `issuers` are those at the gate's own address. */
export function boundaryFacts(
  config: Config,
  { objectsFolder, issuers }: { readonly objectsFolder: string; readonly issuers: readonly Issuer[] },
): BoundaryFacts {
  const { keys, doors, network, files, mail, ledger, listen, database, objects } = config
  const believed = [...config.issuers, ...issuers].map(({ issuer, purposes }) => ({ issuer, purposes: [...purposes] }))
  const isFor = (purpose: string) => believed.some(({ purposes }) => purposes.includes(purpose))
  return {
    certificate: listen.main.tls === undefined ? 'own' : 'configured',
    provider: keys.provider,
    token: keys.tokenLabel ?? keys.tokenSerial ?? null,
    database: database === 'embedded' ? database : placeOf(database),
    objects: resolve(objects.path ?? objectsFolder),
    doors: [
      { door: 'console', isOpen: true },
      { door: 'api', isOpen: true },
      { door: 'kas', isOpen: doors.kas.enabled },
      { door: 'authzen', isOpen: isFor('authzen') },
    ],
    places: network.places.map(({ name, country, cidr }) => ({ name, country, ranges: cidr.length })),
    issuers: believed,
    passkeys: config.passkeys.enabled,
    certificatesAt: config.clientCertificates?.publicUrl ?? null,
    otherGates: [...files.alsoWrapTo],
    mail: mail === undefined ? null : { host: mail.host, tls: mail.tls },
    timestamps: ledger.timestamps?.url ?? null,
  }
}

/** Host and name of a database, without user, password and options. */
function placeOf(database: string): string {
  if (!URL.canParse(database)) return 'outside'
  const { host, pathname } = new URL(database)
  // A host that is a path is the folder of a socket.
  return `${host === '' || /^%2f/i.test(host) ? 'local socket' : host}${pathname}`
}
