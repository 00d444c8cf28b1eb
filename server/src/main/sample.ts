// The sample enclave: founded on first start, with fictional people and an identity provider of its own. It is marked as a
// sample in the database by its founding, and nothing turns that row into another.

import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { shippedLegalData } from '../authorizations/index.ts'
import { loadConfig, type Config, type Database, type Environment, type Logger } from '../base/index.ts'
import { createKeystore, enclaveKeys, makeLedgerSigners, openKeystore, type KeystoreSeal } from '../keys/index.ts'
import { foundLedger } from '../ledger/index.ts'
import type { Door } from '../http/index.ts'
import { readCeremony, readEnclave, shippedPolicies } from '../policy/index.ts'
import {
  browserClient,
  commandLineClient,
  foundSample,
  makeSampleIdentityProvider,
  openTdfClient,
  samplePeople,
  sampleStranger,
  type SampleIdentityProvider,
} from '../sample/index.ts'
import type { DataFolder } from './data-folder.ts'
import { ledgerOptions, openEnclave, openGround, type Enclave, type Ground, type Names } from './open-enclave.ts'
import { isThere } from './real-ground.ts'
import { serve, type Serving } from './serve.ts'

export const sampleNames: Names = {
  namespace: 'sample.sallyport.invalid',
  ledgerOrigin: 'sample.sallyport.invalid/ledger',
}
const issuerPath = '/sample-idp'
/** Known to everybody, like everything else of the sample. */
export const sampleClientSecret = 'sample-secret'

export interface SampleOptions {
  readonly data: string
  /** Port of the public address. */
  readonly port: number
  /** Port to listen on where it is another one: a second process of the same enclave, behind one address. */
  readonly listenPort?: number
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
  const ground = await openGround(config, sampleNamesOf, sampleSecret, options.log)
  try {
    const issuer = `${config.publicUrl}${issuerPath}`
    const { enclave, wasFounded } = await openOrFoundSample(ground, issuer)
    const identityProvider = await makeSampleIdentityProvider({
      sample: true,
      issuer,
      audience: config.publicUrl,
      // Officers first: they are whom most steps need, and there are many others.
      people: [...samplePeople.toSorted((one, other) => officerRank(other) - officerRank(one)), sampleStranger],
      clock: ground.clock,
      random: ground.random,
      openTdfSecret: sampleClientSecret,
      keysFile: ground.folder.sampleIssuerKeys,
      recordsFolder: ground.folder.sampleSignIns,
    })
    const serving = await serve(ground, enclave, {
      version: options.version,
      issuers: [
        {
          issuer,
          audience: [config.publicUrl],
          jwks: identityProvider.jwks,
          purposes: ['api', 'kas', 'authzen'],
          clients: {
            [commandLineClient]: { dpop: 'required' },
            // SPEC: OpenTDF web SDK 0.19 sends path-only proofs, no `ath`, and the Bearer scheme; see docs/interop.md.
            [openTdfClient]: {
              dpop: 'optional',
              acceptPathOnlyHtu: true,
              acceptBearerWithProof: true,
              acceptMissingAth: true,
            },
          },
        },
      ],
      signIn: { issuer, clientId: commandLineClient, scope: 'openid', resource: config.publicUrl },
      browserIssuers: [
        {
          id: 'sample',
          name: 'the sample company',
          issuer,
          clientId: browserClient,
          clientSecret: sampleClientSecret,
          scope: 'openid',
          subject: ['sub'],
        },
      ],
      identityEndpoints: { token_endpoint: `${issuer}/token` },
      doors: [identityDoor(identityProvider)],
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

function identityDoor({ answer }: SampleIdentityProvider): Door {
  return (request, response) => {
    if (request.url?.startsWith(`${issuerPath}/`) !== true) return false
    answer(request, response)
    return true
  }
}

/** Form the configuration of a sample; its folder, its ports, DATABASE_URL, the gates to split files with, who may have the ledger's tiles, which passkeys and client certificates are taken and the authority for timestamps are open. */
export function sampleConfig({
  data,
  port,
  listenPort = port,
  env,
}: Pick<SampleOptions, 'data' | 'port' | 'listenPort' | 'env'>): Config {
  const text = [
    `publicUrl: https://localhost:${port}`,
    `listen: { main: { host: localhost, port: ${listenPort} } }`,
    `data: ${JSON.stringify(data)}`,
    'network: { places: [ { name: this-machine, cidr: [127.0.0.0/8, "::1/128"], country: US } ] }',
  ].join('\n')
  const open = [
    'DATABASE_URL',
    'SALLYPORT_FILES_ALSO_WRAP_TO',
    'SALLYPORT_LEDGER_OPEN_TO',
    'SALLYPORT_PASSKEYS_DEVICE_BOUND',
    'SALLYPORT_CLIENT_CERTIFICATES_PUBLIC_URL',
    'SALLYPORT_CLIENT_CERTIFICATES_LISTEN_PORT',
    'SALLYPORT_CLIENT_CERTIFICATES_AUTHORITIES',
    'SALLYPORT_LEDGER_TIMESTAMPS_URL',
    'SALLYPORT_LEDGER_TIMESTAMPS_CA',
  ]
  const given = open.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]))
  return loadConfig({ text, env: Object.fromEntries(given) })
}

/**
 * A sample's names, for a database that is a sample's or nobody's. Throws Problem `conflict` for a real enclave's, also while it
 * is being founded: nothing of a sample is then put into its folder, which would keep the founding from going on.
 */
export async function sampleNamesOf(database: Database): Promise<Names> {
  const founded = await readEnclave(database)
  if (founded?.kind !== 'real' && (await readCeremony(database)) === null) return sampleNames
  throw new Problem('conflict', 'cannot start sample: this is a real enclave, want an empty data folder')
}

/** The key that seals a sample's keystore lies beside it: it protects nobody's data. */
export async function sampleSecret(folder: DataFolder): Promise<KeystoreSeal['secret']> {
  // Nothing of a sample is ever put beside a real enclave's keystore, not even before its refusal.
  if ((await isThere(folder.keystore)) && !(await isThere(folder.sampleKey)))
    throw new Problem(
      'conflict',
      `cannot start sample: ${folder.root} holds another enclave, want an empty data folder`,
    )
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

/** Open the sample enclave on this ground, founded first where there is none. Throws Problem `conflict` on a real one. */
export async function openOrFoundSample(
  ground: Ground,
  issuer: string,
): Promise<{ enclave: Enclave; wasFounded: boolean }> {
  const { database, clock, random } = ground
  await sampleNamesOf(database)
  if ((await readEnclave(database)) !== null) return { enclave: await openEnclave(ground), wasFounded: false }
  await createKeystore(ground.seal, enclaveKeys({ rsa: false }), clock).catch(explainHalfFounded)
  const provider = await openKeystore(ground.seal)
  const options = ledgerOptions(ground, makeLedgerSigners(provider, sampleNames.ledgerOrigin))
  await foundLedger(options)
  const enclave = await openEnclave(ground)
  await foundSample({
    database,
    roster: enclave.roster,
    authorizations: enclave.authorizations,
    classifications: enclave.classifications,
    files: { database, ledger: enclave.ledger, clock, random },
    decisions: enclave.decisions,
    legalData: JSON.parse(await readFile(shippedLegalData, 'utf8')),
    policies: await shippedPolicies(),
    issuer,
  })
  return { enclave, wasFounded: true }
}

const officerRank = ({ roles }: { readonly roles: readonly string[] }): number => (roles.includes('officer') ? 1 : 0)

// A founding leaves nothing that the next start could take for a whole one, so that it cannot be taken up again either.
function explainHalfFounded(cause: unknown): never {
  if (!(cause instanceof Problem) || cause.code !== 'conflict') throw cause
  throw new Problem(
    'conflict',
    'cannot found sample: there are keys but no founded enclave, because another process is founding it or one was cut off, want a moment of patience or an empty data folder',
    { cause },
  )
}

// Where the command line of this clone finds the sample.
async function writeConnection(folder: DataFolder, config: Config, serving: Serving): Promise<string> {
  const caFile = join(folder.root, 'sample-ca.pem')
  await mkdir(dirname(caFile), { recursive: true })
  await writeFile(caFile, serving.caPem ?? '')
  await writeFile(join(folder.root, 'sample-gate.json'), `${JSON.stringify({ url: config.publicUrl, ca: caFile })}\n`)
  return caFile
}
