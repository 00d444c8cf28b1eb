// A real enclave from nothing to its first file: as its administrator, its founders and its first engineer go about it, with an
// identity provider outside of it.

import { request } from 'node:https'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { call, connect } from '../client/src/index.ts'
import { buildConsole } from '../console/build.ts'
import { newId, silentLogger, systemClock, systemRandomness } from '../server/src/base/index.ts'
import { backup, drillBackup, type DrillRequest } from '../server/src/main/index.ts'
import { initEnclave } from '../server/src/main/init.ts'
import type { Real } from '../server/src/main/real.ts'
import { upSample } from '../server/src/main/sample.ts'
import { startMailServer, type MailServer } from '../server/src/notices/testing.ts'
import { makeFoundingSite, type FoundingSite } from './founding-site.ts'

const sampleRecord = fileURLToPath(new URL('../samples/classification.json', import.meta.url))
let mail: MailServer
let site: FoundingSite
let real: Real
let codes: ReadonlyMap<string, string>
beforeAll(async () => {
  await buildConsole()
  mail = await startMailServer()
  site = await makeFoundingSite(9810, {
    SALLYPORT_MAIL_HOST: 'localhost',
    SALLYPORT_MAIL_PORT: String(mail.port),
    SALLYPORT_MAIL_TLS: 'none',
    SALLYPORT_MAIL_FROM: 'gate@works.example',
  })
}, 60_000)
afterAll(async () => {
  await real?.close()
  await site.stop()
  await mail.stop()
})

const founding = (name: string, ...argv: string[]) => site.machine(name).run(['founding', ...argv])
const init = (changes: Partial<Parameters<typeof initEnclave>[0]> = {}) =>
  initEnclave({
    config: site.config,
    founders: site.founders,
    log: silentLogger,
    resume: false,
    tell: () => undefined,
    ...changes,
  })

const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
}

async function get(path: string, method = 'GET'): Promise<{ status: number; text: string; retryAfter?: string }> {
  const ca = await readFile(site.caFile)
  return new Promise((resolve, reject) => {
    const ask = request(`${site.url}${path}`, { ca, method, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      const retryAfter = answer.headers['retry-after']
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, ...(retryAfter === undefined ? {} : { retryAfter }) }),
      )
    })
    ask.on('error', reject)
    ask.end()
  })
}

const enclave = async () => JSON.parse((await get('/api/v1/enclave')).text) as Record<string, unknown>

describe('before it is founded', () => {
  test('serve refuses: there is no enclave, and it makes none', async () => {
    await expect(site.serve()).rejects.toThrow('there is no enclave')
    await expect(
      init({ resume: false, newCodes: true, config: { ...site.config, keys: { provider: 'software' } } }),
    ).rejects.toThrow('cannot read what opens the keystore')
  })

  test('init names each step, hands out a code per founder, and is not done twice', async () => {
    const steps: string[] = []
    const { codes: issued, status, attention } = await init({ tell: ({ name }) => steps.push(name) })
    expect(steps).toEqual(['ground', 'begin', 'keys', 'ledger', 'open'])
    expect(issued.map(({ founder }) => founder)).toHaveLength(4)
    expect(status.missing).toHaveLength(3)
    expect(attention).toEqual([])
    codes = new Map(issued.map((one) => [one.founder.split(' ')[0]?.toLowerCase() ?? '', one.code]))
    await expect(init()).rejects.toMatchObject({ code: 'conflict' })
    expect((await init({ resume: true })).codes).toEqual([])
  })

  test('up refuses what is being founded', async () => {
    const env = { DATABASE_URL: site.config.database }
    const started = upSample({ data: `${site.folder}/sample`, port: 9899, env, log: silentLogger, version: 'test' })
    await expect(started).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('while it is being founded', () => {
  test('only health, the enclave itself and the founding are open; everything else is 503 and says why', async () => {
    real = await site.serve()
    expect(await enclave()).toMatchObject({ kind: 'real', state: 'founding', readyForControlledData: false })
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/')).text).toContain('id="console"')
    expect((await get('/api/v1/founding')).status).toBe(401)
    const closed = ['/api/v1/me', '/api/v1/vaults', '/.well-known/opentdf-configuration', '/metrics', '/api/nothing']
    for (const path of [...closed, '/ledger/checkpoint', '//api/v1/enclave']) {
      const answer = await get(path)
      expect([path, answer.status]).toEqual([path, 503])
      expect(answer.text).toContain('the enclave is not founded yet')
      expect(answer.retryAfter).toBe('1')
    }
    expect((await get('/kas.AccessService/Rewrap', 'POST')).status).toBe(503)
  })

  test('a founder signs in at the outside issuer and enrolls; a stranger sees nothing and enrolls with nothing', async () => {
    for (const name of ['grace', 'henry', 'wanda', 'omar']) {
      const signedIn = await site.login(name)
      expect(signedIn).toMatchObject({ exit: 0 })
      expect(signedIn.out).toContain('It is being founded')
      const enrolled = await founding(name, 'enroll', codes.get(name) ?? '')
      expect(enrolled.out).toContain('You are enrolled as')
    }
    await site.login('mallory')
    const status = await founding('mallory', 'status', '--json')
    expect(JSON.parse(status.out)).toMatchObject({ you: null, founders: [], absenceRule: null })
    expect(status.out).not.toContain('Grace')
    expect(await founding('mallory', 'enroll', codes.get('grace') ?? '')).toMatchObject({ exit: 3 })
    expect((await founding('mallory', 'attest', 'grace', '--statement', 'x')).exit).toBe(1)
    expect((await founding('mallory', 'close')).exit).toBe(3)
  })

  test('officers attest each other; what is missing is told, also after a restart', async () => {
    const early = await founding('grace', 'close')
    expect(early).toMatchObject({ exit: 1 })
    expect(early.err).toContain('Another founder has to attest Grace Okafor.')
    expect((await founding('grace', 'attest', 'grace', '--statement', 'I am me')).exit).toBe(3)
    expect((await founding('grace', 'attest', 'henry', '--statement', 'met in person')).exit).toBe(0)
    await real.close()
    real = await site.serve()
    expect((await founding('henry', 'attest', 'grace', '--statement', 'met in person')).exit).toBe(0)
    expect((await founding('omar', 'attest', 'wanda', '--statement', 'met in person')).exit).toBe(0)
    expect((await founding('wanda', 'attest', 'omar', '--statement', 'met in person')).exit).toBe(0)
    const { out } = await founding('wanda', 'status')
    expect(out).toContain('Nothing is missing')
    expect((await site.machine('grace').run(['whoami'])).out).toContain('It is being founded')
  })
})

describe('once it is closed', () => {
  test('an officer closes it, and from there on everything takes a permit, without a restart', async () => {
    expect((await founding('omar', 'close')).exit).toBe(3)
    expect(await founding('henry', 'close')).toMatchObject({ exit: 0 })
    expect(await enclave()).toMatchObject({ kind: 'real', state: 'founded', readyForControlledData: false })
    expect((await founding('grace', 'status')).exit).toBe(1)
    const who = await site.machine('grace').run(['whoami', '--json'])
    expect(JSON.parse(who.out)).toMatchObject({
      readyForControlledData: false,
      person: { name: 'Grace Okafor', status: 'us-person', roles: ['officer', 'empowered-official'] },
    })
    expect((await site.machine('mallory').run(['person', 'list'])).exit).toBe(3)
    expect((await site.machine('henry').run(['person', 'list'])).exit).toBe(0)
    expect((await get('/.well-known/opentdf-configuration')).status).toBe(200)
  })

  test('it is neither founded again nor turned into a sample, and its ledger verifies', async () => {
    await expect(init({ resume: true })).rejects.toMatchObject({ code: 'conflict' })
    const env = { DATABASE_URL: site.config.database }
    const sample = upSample({ data: site.config.data, port: 9899, env, log: silentLogger, version: 'test' })
    await expect(sample).rejects.toMatchObject({ code: 'conflict' })
    expect((await site.machine('grace').run(['ledger', 'verify'])).exit).toBe(0)
  })

  test('officers define labels and a vault, and nobody else does', async () => {
    const grace = site.machine('grace')
    const define = (...argv: string[]) => ['label', 'define', ...argv, '--basis', 'memorandum of 2 June']
    expect((await grace.run(define('program/falcon', '--title', 'Program Falcon'))).exit).toBe(0)
    const item = define('item/iv-h-1', '--title', 'USML IV(h)(1)')
    const itar = define('jurisdiction/itar', '--title', 'ITAR technical data', '--record', 'FAL-0042')
    expect((await grace.run(item)).err).toContain('it is not classified')
    expect((await grace.run(itar)).err).toContain('is not in the register')
    const register = ['classification', 'register', sampleRecord, '--reason', 'board of January', '--json']
    expect((await site.machine('omar').run(register)).exit).toBe(3)
    const asked = JSON.parse((await grace.run(register)).out) as { approvalId: string }
    expect((await grace.run(itar)).err).toContain('waits for approval')
    for (const name of ['henry', 'wanda']) {
      const approve = ['approval', 'approve', asked.approvalId, '--yes']
      expect(await site.machine(name).run(approve)).toMatchObject({ exit: 0 })
    }
    expect((await grace.run(itar)).exit).toBe(0)
    const other = define('item/xi-d', '--title', 'USML XI(d)', '--record', 'FAL-0042')
    expect((await grace.run(other)).err).toContain('says USML IV(h)(1), want one that says xi-d')
    expect((await grace.run([...item, '--record', 'FAL-0042'])).exit).toBe(0)
    expect((await grace.run(define('program/falcon', '--title', 'Again'))).err).toContain('its name is taken')
    const create = ['vault', 'create', 'falcon', '--labels', 'jurisdiction/itar,program/falcon,item/iv-h-1']
    expect((await site.machine('omar').run(define('program/heron', '--title', 'Heron'))).exit).toBe(3)
    expect((await site.machine('omar').run(create)).exit).toBe(3)
    expect((await grace.run(['vault', 'create', 'heron', '--labels', 'program/heron'])).err).toContain('want one of')
    expect(await grace.run(create)).toMatchObject({ exit: 0 })
    expect((await grace.run(['label', 'list'])).out).toContain('record FAL-0042, USML IV(h)(1): memorandum of 2 June')
  })

  test('an officer with a mail address is told what waits, and the list says so', async () => {
    const [omar, grace, henry] = [site.machine('omar'), site.machine('grace'), site.machine('henry')]
    const correct = ['person', 'correct', 'henry', '--reason', 'for notices', '--mail']
    expect((await grace.run([...correct, 'henry@works.example\r\nBcc: x@y.example'])).err).toContain(
      'mail: want a mail',
    )
    expect((await grace.run([...correct, 'henry@works.example'])).exit).toBe(0)
    expect((await omar.run(['person', 'add', '--name', 'Noah Brandt', '--kind', 'visitor'])).exit).toBe(0)
    const verify = [
      'person',
      'verify',
      'noah',
      '--us-person',
      'lpr',
      '--evidence',
      'HR 9',
      '--reason',
      'visit',
      '--json',
    ]
    const { approvalId } = JSON.parse((await omar.run(verify)).out) as { approvalId: string }
    while (mail.received.length === 0) await clock.sleep(50)
    expect(mail.received).toMatchObject([{ from: 'gate@works.example', to: ['henry@works.example'] }])
    const raw = mail.received[0]?.raw ?? ''
    expect(raw).toContain(`sallyport approval show ${approvalId}`)
    for (const word of ['Noah', 'Omar', 'HR 9', 'visit', 'lpr', 'verify']) expect(raw).not.toContain(word)
    let listed = await henry.run(['notice', 'list', '--state', 'sent'])
    for (; !listed.out.includes(approvalId); await clock.sleep(50)) listed = await henry.run(['notice', 'list'])
    expect(listed.out).toMatch(/asked +Henry Walsh/)
    expect(listed.out).not.toContain('@')
    expect((await henry.run(['approval', 'list'])).out).toMatch(/yes +verify as a U\.S\. person/)
    expect((await site.machine('mallory').run(['notice', 'list'])).exit).toBe(3)
    expect((await omar.run(['approval', 'withdraw', approvalId])).exit).toBe(0)
  })

  test('an engineer whom two officers verified protects and opens a file; a stranger does not', async () => {
    const [omar, grace] = [site.machine('omar'), site.machine('grace')]
    await site.login('ada')
    expect((await omar.run(['person', 'add', '--name', 'Ada Whitfield', '--kind', 'employee'])).exit).toBe(0)
    expect((await omar.run(['person', 'bind', 'ada', '--subject', 'grace'])).err).toContain('it is bound already')
    expect((await omar.run(['person', 'bind', 'henry', '--subject', 'mallory'])).err).toContain('want somebody who is')
    expect((await omar.run(['person', 'bind', 'ada', '--subject', 'ada'])).exit).toBe(0)
    const reason = ['--reason', 'new hire']
    const widened = async (...argv: string[]) => {
      const asked = await grace.run(['person', ...argv, ...reason, '--json'])
      expect(asked).toMatchObject({ exit: 0 })
      const { approvalId: id } = JSON.parse(asked.out) as { approvalId: string }
      const shown = await site.machine('henry').run(['approval', 'show', id, '--json'])
      expect(shown.out).toMatch(/"subject": *"ada"/)
      for (const name of ['henry', 'wanda']) {
        expect(await site.machine(name).run(['approval', 'approve', id, '--yes'])).toMatchObject({ exit: 0 })
      }
    }
    const ada = site.machine('ada')
    const path = join(ada.workingFolder, 'plan.txt')
    await writeFile(path, 'a nozzle')
    expect((await ada.run(['file', 'protect', path, '--vault', 'falcon'])).exit).not.toBe(0)
    await widened('verify', 'ada', '--us-person', 'citizen', '--evidence', 'HR 2026-9')
    await widened('grant', 'ada', 'engineer')
    await widened('assign', 'ada', '--program', 'falcon', '--purpose', 'design')
    expect(await ada.run(['file', 'protect', path, '--vault', 'falcon'])).toMatchObject({ exit: 0 })
    const opened = join(ada.workingFolder, 'opened.txt')
    expect(await ada.run(['file', 'open', 'plan.txt', '-o', opened])).toMatchObject({ exit: 0 })
    expect(await readFile(opened, 'utf8')).toBe('a nozzle')
    expect((await omar.run(['person', 'bind', 'ada', '--subject', 'mallory'])).err).toContain('the person is us-person')
    expect((await site.machine('mallory').run(['file', 'open', 'plan.txt', '-o', opened])).exit).not.toBe(0)
    expect((await omar.run(['person', 'unbind', 'ada', '--subject', 'ada'])).exit).toBe(0)
    expect((await ada.run(['file', 'open', 'plan.txt', '-o', `${opened}.2`])).exit).not.toBe(0)
    expect((await ada.run(['whoami'])).out).toContain('nobody on the roster')
  })

  test('two records of one engineer are merged, and what the duplicate signed in with opens nothing until it is verified', async () => {
    const [omar, grace, ada] = [site.machine('omar'), site.machine('grace'), site.machine('ada')]
    const opened = (name: string) => ['file', 'open', 'plan.txt', '-o', join(ada.workingFolder, name)]
    const added = await omar.run(['person', 'add', '--name', 'Ada Whitfield', '--kind', 'contractor', '--json'])
    const { person: duplicate } = JSON.parse(added.out) as { person: { id: string } }
    const { people } = JSON.parse((await grace.run(['person', 'list', '--json'])).out) as {
      people: { id: string; name: string }[]
    }
    const kept = people.find((one) => one.name === 'Ada Whitfield' && one.id !== duplicate.id)?.id ?? ''
    expect((await omar.run(['person', 'bind', duplicate.id, '--subject', 'ada'])).exit).toBe(0)
    expect((await omar.run(['person', 'show', 'Ada Whitfield'])).err).toContain('cannot tell which person is meant')
    const merge = ['person', 'merge', kept, duplicate.id, '--reason', 'entered twice', '--yes']
    expect((await omar.run(merge)).exit).toBe(3)
    expect((await grace.run(['person', 'merge', kept, kept, '--reason', 'x', '--yes'])).err).toContain('one record')
    const merged = await grace.run(merge)
    expect(merged).toMatchObject({ exit: 0 })
    expect(merged.out).toMatch(/signs in no more +ada at/)
    expect((await grace.run(merge)).err).toContain(`merged into ${kept}`)
    expect((await ada.run(['whoami'])).out).toContain('nobody on the roster')
    expect((await ada.run(opened('merged.txt'))).exit).not.toBe(0)
    // The name is the kept record's from now on; the duplicate says where it goes on.
    expect((await omar.run(['person', 'show', 'Ada Whitfield'])).out).toContain(kept)
    expect((await omar.run(['person', 'show', duplicate.id])).out).toMatch(new RegExp(`merged into +${kept}`))
    expect((await grace.run(['person', 'history', duplicate.id])).out).toMatch(/goes on in +Ada Whitfield/)
    expect((await omar.run(['person', 'bind', kept, '--subject', 'ada'])).err).toContain('the person is us-person')
    expect((await omar.run(['person', 'bind', duplicate.id, '--subject', 'ada'])).err).toContain('merged into')
    expect((await grace.run(['person', 'end', kept, '--reason', 'another sign-in', '--yes'])).exit).toBe(0)
    expect((await omar.run(['person', 'bind', kept, '--subject', 'ada'])).exit).toBe(0)
    expect((await ada.run(opened('ended.txt'))).exit).not.toBe(0)
    const verify = ['person', 'verify', kept, '--us-person', 'citizen', '--evidence', 'HR 2026-9', '--reason', 'back']
    const asked = JSON.parse((await grace.run([...verify, '--json'])).out) as { approvalId: string }
    for (const name of ['henry', 'wanda']) {
      const approved = await site.machine(name).run(['approval', 'approve', asked.approvalId, '--yes'])
      expect(approved).toMatchObject({ exit: 0 })
    }
    expect(await ada.run(opened('verified.txt'))).toMatchObject({ exit: 0 })
  })

  test('a renamed account is the same person, and one that took over an old name is nobody', async () => {
    const ada = site.machine('ada')
    site.issuer.rename('ada', 'ada.lovelace')
    expect((await site.login('ada')).out).toContain('Ada Whitfield')
    expect((await ada.run(['person', 'list'])).exit).toBe(3)
    expect(await ada.run(['file', 'open', 'plan.txt', '-o', join(ada.workingFolder, 'renamed.txt')])).toMatchObject({
      exit: 0,
    })
    site.issuer.rename('mallory', 'ada')
    expect((await site.login('mallory')).out).toContain('Nobody on the roster has this identity')
    const refused = await site.machine('mallory').run(['file', 'open', 'plan.txt', '-o', 'x.txt'])
    expect(refused.exit).not.toBe(0)
  })

  test('a record of two people is split: both are unverified, and what was signed in with opens nothing', async () => {
    const [grace, ada] = [site.machine('grace'), site.machine('ada')]
    const split = [
      'person',
      'split',
      'Ada Whitfield',
      '--name',
      'Adah Whitfield',
      '--reason',
      'two of one name',
      '--yes',
    ]
    expect((await site.machine('omar').run(split)).exit).toBe(3)
    expect((await grace.run([...split, '--subject', 'grace'])).err).toContain('not one of this person')
    expect(await grace.run([...split, '--subject', 'ada'])).toMatchObject({ exit: 0 })
    expect((await ada.run(['whoami'])).out).toContain('nobody on the roster')
    const { people } = JSON.parse((await grace.run(['person', 'list', '--json'])).out) as {
      people: { name: string; status: string; mergedInto: string | null }[]
    }
    const both = people.filter((one) => /^Adah? Whitfield$/.test(one.name) && one.mergedInto === null)
    expect(both.map((one) => one.status)).toEqual(['unverified', 'unverified'])
  })

  test('a drill that passed makes it ready for controlled data, and one that did not does not', async () => {
    const key = join(site.folder, 'backup.key')
    await writeFile(key, Buffer.alloc(32, 1))
    const path = join(site.folder, 'first.backup')
    const who = await site.machine('grace').run(['whoami', '--json'])
    const { person } = JSON.parse(who.out) as { person: { id: Id<'person'> } }
    const said: string[] = []
    const created = await backup(
      ['create', path, '--config', site.configFile, '--key-file', key, '--officer', person.id],
      { env: { DATABASE_URL: site.config.database }, out: () => undefined, err: (text) => said.push(text) },
    )
    expect([created, said]).toEqual([0, []])
    const request: DrillRequest = {
      place: { config: site.config, isSample: false },
      path,
      secret: { kind: 'key-file', path: key },
      officer: person.id,
      opener: person.id,
      canary: newId<'file'>(systemClock, systemRandomness),
      country: 'US',
      version: 'test',
      log: silentLogger,
      progress: () => undefined,
    }
    const broken = drillBackup(request, () => Promise.reject(new Error('it does not open')))
    await expect(broken).rejects.toThrow('it does not open')
    expect(await enclave()).toMatchObject({ readyForControlledData: false })
    // Nobody but the copy believes its token, and the copy knows the person by it.
    const seen: unknown[] = []
    await drillBackup(request, async ({ url, ca, credential }) => {
      for (const [at, authority] of [
        [url, ca],
        [site.url, await readFile(site.caFile, 'utf8')],
      ] as const) {
        const connection = connect({ url: at, ca: authority, credential, clock })
        seen.push(await call(connection, 'me', {}).catch((error: unknown) => error))
        await connection.close()
      }
    })
    expect(seen).toMatchObject([
      { outcome: 'answered', value: { person: { name: 'Grace Okafor' } } },
      { code: 'not-signed-in' },
    ])
    // Once its entry is in the tree.
    await expect.poll(enclave, { timeout: 20_000 }).toMatchObject({ readyForControlledData: true })
    expect((await readdir(site.config.data)).filter((name) => name.startsWith('drill-'))).toEqual([])
  }, 60_000)

  test('it serves again after a restart, the issuer down or not; a subject that changed is nobody on the roster', async () => {
    await real.close()
    real = await site.serve()
    expect((await site.machine('grace').run(['person', 'list'])).exit).toBe(0)
    await site.issuer.stop()
    await real.close()
    real = await site.serve()
    const down = await site.machine('grace').run(['person', 'list'])
    expect(down).toMatchObject({ exit: 1 })
    expect(down.err).toContain('cannot be fetched')
    await site.issuer.start()
    expect((await site.machine('grace').run(['person', 'list'])).exit).toBe(0)
    expect((await site.login('grace', 'grace-of-another-directory')).out).toContain(
      'Nobody on the roster has this identity',
    )
    expect((await site.machine('grace').run(['person', 'list'])).exit).toBe(3)
    expect((await site.login('grace')).out).toContain('Grace Okafor')
  })

  test('an issuer that rotated its keys is believed by the new one', async () => {
    await site.issuer.rotate()
    await real.close()
    real = await site.serve()
    expect((await site.machine('grace').run(['person', 'list'])).exit).toBe(1)
    expect((await site.login('grace')).exit).toBe(0)
    expect((await site.machine('grace').run(['person', 'list'])).exit).toBe(0)
  })
})
