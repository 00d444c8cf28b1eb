// What lies where in the data folder. Everything the gate keeps outside the database is here.

import { join } from 'node:path'

export interface DataFolder {
  readonly root: string
  readonly postgres: string
  readonly objects: string
  readonly keystore: string
  /** Where a sample enclave keeps the key that seals its keystore. A real one keeps it elsewhere. */
  readonly sampleKey: string
  readonly certificates: string
  /** The last checkpoint, outside the database. */
  readonly checkpoint: string
  /** Signing keys of the sample's identity provider, shared by its processes. */
  readonly sampleIssuerKeys: string
  /** Sign-ins under way at the sample's identity provider, shared by its processes. */
  readonly sampleSignIns: string
}

export function dataFolder(root: string): DataFolder {
  return {
    root,
    postgres: join(root, 'postgres'),
    objects: join(root, 'objects'),
    keystore: join(root, 'keystore.json'),
    sampleKey: join(root, 'sample-keystore.key'),
    certificates: join(root, 'certificates'),
    checkpoint: join(root, 'checkpoint'),
    sampleIssuerKeys: join(root, 'sample-issuer-keys.json'),
    sampleSignIns: join(root, 'sample-sign-ins'),
  }
}
