// The sample enclave: founded on first start, with fictional people and an identity provider of its own. It is marked as a
// sample in the database by its founding, and nothing turns that row into another.

import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { shippedLegalData } from '../authorizations/index.ts'
import { loadConfig, type Config, type Environment, type Logger } from '../base/index.ts'
import { createKeystore, enclaveKeys, makeLedgerSigners, openKeystore, type KeystoreSeal } from '../keys/index.ts'
import { foundLedger } from '../ledger/index.ts'
import { readEnclave, shippedPolicies } from '../policy/index.ts'
import { foundSample, makeSampleIdentityProvider, samplePeople, sampleWorkload } from '../sample/index.ts'
import type { DataFolder } from './data-folder.ts'
import { ledgerOptions, openEnclave, openGround, type Ground, type Names } from './open-enclave.ts'
import { serve, type Serving } from './serve.ts'

const names: Names = { namespace: 'sample.sallyport.invalid', ledgerOrigin: 'sample.sallyport.invalid/ledger' }
const issuerPath = '/sample-idp'

export interface SampleOptions {
  readonly data: string
  readonly port: number
  readonly env: Environment
  readonly log: Logger
  readonly version: string
}

export interface Sample extends Serving {
  readonly url: string
  /** Path of the authority's certificate, for clients to trust. */
  readonly caFile: string
  readonly wasFounded: boolean
}

/** Found the sample enclave unless it is there, and serve it until `close`. */
export async function upSample(options: SampleOptions): Promise<Sample> {
  const config = sampleConfig(options)
  const ground = await openGround(config, names, sampleSecret, options.log)
  try {
    const issuer = `${config.publicUrl}${issuerPath}`
    const wasFounded = await foundUnlessThere(ground, issuer)
    const identityProvider = await makeSampleIdentityProvider({
      sample: true,
      issuer,
      audience: config.publicUrl,
      people: samplePeople.map(({ subject, name, oneLine }) => ({ subject, name, oneLine })),
      workload: sampleWorkload.subject,
      keysFile: ground.folder.sampleIssuerKeys,
    })
    const serving = await serve(ground, {
      version: options.version,
      issuers: [identityProvider.rules],
      signIn: { issuer, clientId: 'sallyport-cli', scope: 'openid' },
      doors: [identityProvider.door],
    })
    const caFile = await writeConnection(ground.folder, config, serving)
    return {
      ...serving,
      url: config.publicUrl,
      caFile,
      wasFounded,
      close: async () => {
        await serving.close()
        await ground.close()
      },
    }
  } catch (error) {
    await ground.close()
    throw error
  }
}

function sampleConfig({ data, port, env }: SampleOptions): Config {
  const text = [
    `publicUrl: https://localhost:${port}`,
    `listen: { main: { host: localhost, port: ${port} } }`,
    `data: ${JSON.stringify(data)}`,
    'network: { places: [ { name: this-machine, cidr: [127.0.0.0/8, "::1/128"], country: US } ] }',
  ].join('\n')
  const database = env['DATABASE_URL']
  return loadConfig({ text, env: database === undefined ? {} : { DATABASE_URL: database } })
}

// The key that seals a sample's keystore lies beside it: it protects nobody's data.
async function sampleSecret(folder: DataFolder): Promise<KeystoreSeal['secret']> {
  try {
    const file = await open(folder.sampleKey, 'wx', 0o600)
    await file.writeFile(randomBytes(32))
    await file.sync()
    await file.close()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return { kind: 'key-file', path: folder.sampleKey }
}

async function foundUnlessThere(ground: Ground, issuer: string): Promise<boolean> {
  const { database, clock, random } = ground
  const founded = await readEnclave(database)
  if (founded?.kind === 'real') {
    throw new Problem('conflict', 'cannot start sample: this is a real enclave, want an empty data folder')
  }
  if (founded !== null) return false
  await createKeystore(ground.seal, enclaveKeys({ rsa: false }), clock)
  const provider = await openKeystore(ground.seal)
  const options = ledgerOptions(ground, makeLedgerSigners(provider, names.ledgerOrigin))
  await foundLedger(options)
  const enclave = await openEnclave(ground)
  await foundSample({
    database,
    roster: enclave.roster,
    authorizations: enclave.authorizations,
    files: { database, ledger: enclave.ledger, clock, random },
    decisions: enclave.decisions,
    legalData: JSON.parse(await readFile(shippedLegalData, 'utf8')),
    policies: await shippedPolicies(),
    issuer,
  })
  return true
}

// Where the command line of this clone finds the sample.
async function writeConnection(folder: DataFolder, config: Config, serving: Serving): Promise<string> {
  const caFile = join(folder.root, 'sample-ca.pem')
  await mkdir(dirname(caFile), { recursive: true })
  await writeFile(caFile, serving.caPem ?? '')
  await writeFile(join(folder.root, 'sample-gate.json'), `${JSON.stringify({ url: config.publicUrl, ca: caFile })}\n`)
  return caFile
}
