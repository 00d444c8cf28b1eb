// What `check` says of a machine that is right, and of each way in which it is not.

import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realVerbs } from '../server/src/main/real-verbs.ts'
import { startTestAuthority } from '../server/src/ledger/timestamps/testing.ts'
import { startMailServer } from '../server/src/notices/testing.ts'
import { makeFoundingSite, type FoundingSite } from './founding-site.ts'

let site: FoundingSite
beforeAll(async () => {
  site = await makeFoundingSite(9840)
}, 60_000)
afterAll(() => site.stop())

interface Told {
  readonly exit: number
  readonly out: string
  readonly states: Readonly<Record<string, string>>
}

async function check(env: Record<string, string> = {}, ...argv: string[]): Promise<Told> {
  let out = ''
  let err = ''
  const terminal = {
    env: { DATABASE_URL: site.config.database, ...env },
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  }
  const exit = (await realVerbs['check']?.(['--config', site.configFile, '--json', ...argv], terminal)) ?? -1
  expect(err).toBe('')
  const { findings } = JSON.parse(out) as { findings: { what: string; state: string; text: string }[] }
  return { exit, out, states: Object.fromEntries(findings.map(({ what, state }) => [what, state])) }
}

/** Change a file while `work` runs. */
async function changed<T>(name: string, change: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const path = join(site.folder, name)
  const before = await readFile(path, 'utf8')
  await writeFile(path, change(before))
  try {
    return await work()
  } finally {
    await writeFile(path, before)
  }
}

describe('sallyport check', () => {
  test('finds nothing wrong where nothing is, and changes nothing', async () => {
    const { exit, states, out } = await check({}, '--founders', site.foundersFile)
    expect(out).not.toContain('"wrong"')
    expect(exit).toBe(0)
    expect(states).toMatchObject({
      configuration: 'ok',
      founders: 'ok',
      keystore: 'ok',
      'data folder': 'ok',
      database: 'ok',
      certificate: 'ok',
      places: 'ok',
      'cryptographic module': 'attention',
      [`issuer ${site.issuer.url}`]: 'ok',
    })
    expect(out).toContain('no validated module is in use')
  })

  test('names what is wrong, each alone, and ends with 1', async () => {
    const secret = join(site.folder, 'secret.key')
    await chmod(secret, 0o644)
    expect(await check()).toMatchObject({ exit: 1, states: { 'secret of the keystore': 'wrong', database: 'ok' } })
    await chmod(secret, 0o600)
    await chmod(site.config.data, 0o755)
    expect(await check()).toMatchObject({ exit: 1, states: { 'data folder': 'wrong' } })
    await chmod(site.config.data, 0o700)
    await chmod(site.configFile, 0o666)
    expect(await check()).toMatchObject({ exit: 1, states: { configuration: 'wrong' } })
    await chmod(site.configFile, 0o644)
    await site.issuer.stop()
    expect(await check()).toMatchObject({ exit: 1, states: { [`issuer ${site.issuer.url}`]: 'wrong' } })
    await site.issuer.start()
    const nowhere = { DATABASE_URL: 'postgres://nobody@localhost:9/none' }
    expect(await check(nowhere)).toMatchObject({ exit: 1, states: { database: 'wrong', certificate: 'ok' } })
    const elsewhere = { SALLYPORT_PUBLIC_URL: 'https://gate.example.com' }
    expect(await check(elsewhere)).toMatchObject({ exit: 1, states: { certificate: 'wrong' } })
    const inside = await changed(
      'sallyport.yaml',
      (text) => text.replace('keyFile: secret.key', 'keyFile: data/secret.key'),
      async () => {
        await writeFile(join(site.config.data, 'secret.key'), new Uint8Array(32), { mode: 0o600 })
        return await check()
      },
    )
    expect(inside).toMatchObject({ exit: 1, states: { 'secret of the keystore': 'wrong' } })
    const badConfig = await changed(
      'sallyport.yaml',
      (text) => `${text}colour: red\n`,
      () => check(),
    )
    expect(badConfig).toMatchObject({ exit: 1, states: { configuration: 'wrong' } })
    expect(badConfig.out).toContain('sallyport.yaml:14:1: colour')
  })

  test('asks the authority for timestamps, and says what is wrong with its answer', async () => {
    expect((await check()).out).toContain('no authority is configured')
    const authority = await startTestAuthority()
    const env = { SALLYPORT_LEDGER_TIMESTAMPS_URL: authority.url, SALLYPORT_LEDGER_TIMESTAMPS_CA: authority.caFile }
    expect(await check(env)).toMatchObject({ exit: 0, states: { timestamps: 'ok' } })
    const another = { ...env, SALLYPORT_LEDGER_TIMESTAMPS_CA: join(authority.folder, 'another.pem') }
    const told = await check(another)
    expect(told).toMatchObject({ exit: 1, states: { timestamps: 'wrong' } })
    expect(told.out).toContain('not-of-the-roots')
    const none = { ...env, SALLYPORT_LEDGER_TIMESTAMPS_CA: join(authority.folder, 'ts.cnf') }
    expect((await check(none)).out).toContain('holds no certificate')
    await authority.stop()
    expect((await check({ ...env, SALLYPORT_LEDGER_TIMESTAMPS_CA: site.caFile })).out).toContain('unreachable')
  }, 60_000)

  test('says what is wrong with the mail server: not there, another authority, no STARTTLS, login, and who reads the password', async () => {
    expect((await check()).out).toContain('no server is configured')
    const certificate = {
      key: await readFile(join(site.folder, 'key.pem')),
      cert: await readFile(join(site.folder, 'cert.pem')),
    }
    const password = join(site.folder, 'mail-password')
    await writeFile(password, 'a long password\n', { mode: 0o600 })
    const login = { user: 'gate', password: 'a long password' }
    const server = await startMailServer({ ...certificate, login, offersTls: true })
    const bare = await startMailServer({ login })
    const env = {
      SALLYPORT_MAIL_HOST: 'localhost',
      SALLYPORT_MAIL_PORT: String(server.port),
      SALLYPORT_MAIL_FROM: 'gate@gate.example',
      SALLYPORT_MAIL_USER: 'gate',
      SALLYPORT_MAIL_PASSWORD_FILE: password,
      SALLYPORT_MAIL_CA: site.caFile,
    }
    const right = await check(env)
    expect(right).toMatchObject({ exit: 0, states: { mail: 'ok' } })
    expect(server.received).toEqual([])
    const { SALLYPORT_MAIL_CA: _, ...ofTheSystem } = env
    const wrong = async (changes: Record<string, string>, text: string, from: Record<string, string> = env) => {
      const told = await check({ ...from, ...changes })
      expect(told).toMatchObject({ exit: 1, states: { mail: 'wrong' } })
      expect(told.out).toContain(text)
      expect(told.out).not.toContain('a long password')
    }
    await wrong({}, 'not encrypted as it must be', ofTheSystem)
    await wrong({ SALLYPORT_MAIL_PORT: String(bare.port) }, 'not encrypted as it must be')
    await wrong({ SALLYPORT_MAIL_USER: 'somebody' }, 'refuses the login')
    await wrong({ SALLYPORT_MAIL_PASSWORD_FILE: join(site.folder, 'none') }, 'cannot be read')
    await chmod(password, 0o644)
    await wrong({}, 'everybody can read')
    await chmod(password, 0o600)
    await Promise.all([server.stop(), bare.stop()])
    await wrong({}, 'cannot be reached')
  })

  test('draws attention to two officers, to a misspelt variable, and to a network that is nowhere', async () => {
    const two = await changed(
      'founders.yaml',
      (text) => text.replace(/ {2}- \{ name: Wanda.*\n/, ''),
      () => check({}, '--founders', site.foundersFile),
    )
    expect(two).toMatchObject({ exit: 0, states: { founders: 'attention' } })
    expect(two.out).toContain('Name a third')
    const otherResource = await changed(
      'sallyport.yaml',
      (text) => text.replace('resource: https://gate.example', 'resource: https://gate.example:8443'),
      () => check(),
    )
    expect(otherResource.states).toMatchObject({ [`issuer ${site.issuer.url}`]: 'attention' })
    expect(otherResource.out).toContain('people sign in for https://gate.example:8443, which is not its audience')
    const misspelt = await check({ SALLYPORT_DOORS_KAS_ENABELD: 'false', SALLYPORT_NETWORK_PLACES: '[]' })
    expect(misspelt).toMatchObject({
      exit: 0,
      states: { 'variable SALLYPORT_DOORS_KAS_ENABELD': 'attention', places: 'attention' },
    })
  })
})
