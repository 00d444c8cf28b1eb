import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, signedInMachine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { makeLedger } from '../testing/ledger.ts'
import { problem } from '../testing/replies.ts'

let gate: TestGate
beforeAll(async () => {
  gate = await startTestGate()
})
afterAll(() => gate.close())

const profileOf = (home: string): string => join(home, '.config', 'sallyport', 'default.json')
const login = (): string[] => ['login', '--gate', gate.url, '--ca', gate.certificate.certFile]

describe('sallyport login', () => {
  test('--as signs in to a sample enclave without a browser, and whoami agrees', async () => {
    const machine = createMachine()
    const first = await machine.run([...login(), '--as', 'ada'])
    const told = 'A request waits for your approval: sallyport approval list\n'
    expect(first).toMatchObject({ exit: 0, err: told })
    expect(first.out).toContain('Signed in to Aldebaran (sample) as Ada Quill, until ')
    const who = await machine.run(['whoami', '--json'])
    expect(JSON.parse(who.out)).toMatchObject({ kind: 'sample', subject: 'ada', person: { name: 'Ada Quill' } })
    expect(who.err).toBe(told)
  })

  test('signs in all the same where what waits cannot be known', async () => {
    gate.refused.add('/approvals')
    expect(await createMachine().run([...login(), '--as', 'ada'])).toMatchObject({ exit: 0, err: '' })
    gate.refused.clear()
  })

  test('--as names who there is when nobody of that name is in the sample', async () => {
    const { exit, err } = await createMachine().run([...login(), '--as', 'zorro'])
    expect(exit).toBe(1)
    expect(err).toContain('nobody of that name in this sample enclave, want one of ada, ')
  })

  test('--as is refused by a real enclave', async () => {
    gate.kind = 'real'
    const { exit, err } = await createMachine().run([...login(), '--as', 'ada'])
    gate.kind = 'sample'
    expect(exit).toBe(1)
    expect(err).toContain('is a real enclave, want a sign-in with a browser or --device')
  })

  test('with a browser ends when the browser comes back with the code', async () => {
    const machine = createMachine()
    const shown: string[] = []
    const signIn = await machine.run([...login()], {
      openBrowser: (url) => {
        shown.push(url.href)
        void driveBrowser(gate, url)
      },
    })
    expect(signIn).toMatchObject({ exit: 0 })
    expect(shown[0]).toContain('code_challenge_method=S256')
    expect(signIn.err).toContain(shown[0])
  })

  test('--device shows a code and waits until somebody typed it', async () => {
    const { exit, err } = await createMachine().run([...login(), '--device'])
    expect(exit).toBe(0)
    expect(err).toContain(`Open ${gate.url}/issuer/type in a browser and type the code WXYZ-1234`)
  })

  test('says what to do about a gate whose certificate is not trusted', async () => {
    const { exit, err } = await createMachine().run(['login', '--gate', gate.url, '--as', 'ada'])
    expect(exit).toBe(1)
    expect(err).toContain('its certificate is not trusted')
    expect(err).toContain('--ca <pem>')
  })

  test('does not ask for another sign-in where the gate does not take the one of this moment', async () => {
    const detail = 'cannot verify sign-in: claim aud of the token is not what this gate wants'
    gate.once.set('/api/v1/me', problem(401, 'not-signed-in', { detail }))
    const { exit, err } = await createMachine().run([...login(), '--as', 'ada'])
    expect(exit).toBe(1)
    expect(err).toContain(`the gate does not take what was issued just now (${detail})`)
    expect(err).toContain('sallyport check')
    expect(err).not.toContain('want a new `sallyport login`')
  })

  test.each(['http://gate.example.com', 'gate.example.com', 'file:///etc/passwd'])(
    'refuses the address %s',
    async (url) => {
      const { exit, err } = await createMachine().run(['login', '--gate', url])
      expect(exit).toBe(1)
      expect(err).toContain('want https://<host>')
    },
  )

  test('refuses a gate whose ledger keys have changed since first contact, until it is forgotten', async () => {
    const machine = await signedInMachine(gate)
    const before = gate.ledger
    gate.ledger = makeLedger(['{"n":0}'])
    for (const argv of [['login', '--as', 'ada'], ['whoami'], ['ledger', 'verify']]) {
      const { exit, err } = await machine.run(argv)
      expect(exit).toBe(1)
      expect(err).toContain('the keys of its ledger have changed since first contact')
      expect(err).toContain('a sample enclave is founded anew, want `sallyport logout --forget` and a new sign-in')
    }
    expect((await machine.run(['logout', '--forget'])).exit).toBe(0)
    expect((await machine.run([...login(), '--as', 'ada'])).exit).toBe(0)
    gate.ledger = before
  })

  test('sends to the officer when the ledger keys of a real gate changed, even if it now calls itself a sample', async () => {
    const machine = await signedInMachine(gate)
    const path = profileOf(machine.home)
    await writeFile(path, (await readFile(path, 'utf8')).replace('"sample"', '"real"'))
    const before = gate.ledger
    gate.ledger = makeLedger(['{"n":0}'])
    const { err } = await machine.run(['whoami'])
    gate.ledger = before
    expect(err).toContain('ask your export control officer whether they were replaced')
    expect(err).not.toContain('founded anew')
  })

  test.each([
    ['sample', true],
    ['real', false],
  ])('advises to forget a %s whose certificate is not trusted any more: %s', async (kind, isAdvised) => {
    const machine = await signedInMachine(gate)
    const path = profileOf(machine.home)
    const known = JSON.parse(await readFile(path, 'utf8')) as { gate: object }
    const changed = { ...known, gate: { ...known.gate, kind, ca: null } }
    await writeFile(join(path, '..', 'zz.json'), JSON.stringify(changed), { mode: 0o600 })
    const { exit, err } = await machine.run(['vault', 'list', '--profile', 'zz'])
    expect(exit).toBe(1)
    expect(err).toContain('its certificate is not trusted')
    expect(err.includes('want `sallyport logout --forget --profile zz` and a new sign-in')).toBe(isAdvised)
  })

  test('is advised for the profile in use', async () => {
    const machine = await signedInMachine(gate)
    const unmet = await machine.run(['vault', 'list', '--profile', 'zz'])
    expect(unmet.err).toBe(
      'cannot reach a gate: profile zz has met no gate, want `sallyport login --gate https://<host> --profile zz`\n',
    )
    const path = profileOf(machine.home)
    const known = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(join(path, '..', 'zz.json'), JSON.stringify({ ...known, session: null }), { mode: 0o600 })
    const { err } = await machine.run(['vault', 'list', '--profile', 'zz'])
    expect(err).toContain('nobody is signed in, want `sallyport login --profile zz` first')
  })

  test('finds the sample enclave of this folder, for --as alone', async () => {
    const machine = createMachine()
    await mkdir(join(machine.workingFolder, 'data', 'sample'), { recursive: true })
    const left = JSON.stringify({ url: gate.url, ca: gate.certificate.certFile })
    await writeFile(join(machine.workingFolder, 'data', 'sample', 'sample-gate.json'), left)
    expect((await machine.run(['login'])).err).toContain('no gate is named')
    await writeFile(join(machine.workingFolder, 'data', 'sample', 'sample-gate.json'), '{"url":1}')
    expect((await machine.run(['login', '--as', 'ada'])).err).toContain('is not what a sample leaves')
    await writeFile(join(machine.workingFolder, 'data', 'sample', 'sample-gate.json'), left)
    expect(await machine.run(['login', '--as', 'ada'])).toMatchObject({ exit: 0 })
  })

  test('refuses a gate under an address that is not its own', async () => {
    const url = gate.url.replace('localhost', '127.0.0.1')
    const ca = gate.certificate.certFile
    const { exit, err } = await createMachine().run(['login', '--gate', url, '--ca', ca, '--as', 'ada'])
    expect(exit).toBe(1)
    expect(err).toContain(`it calls itself ${gate.url}`)
  })

  test('does not let a profile wander to another gate', async () => {
    const machine = await signedInMachine(gate)
    const { exit, err } = await machine.run(['login', '--gate', 'https://other.example'])
    expect(exit).toBe(1)
    expect(err).toContain(`this profile is for ${gate.url}`)
  })
})

describe('the profile', () => {
  test('is for its owner alone: folder 700, file 600', async () => {
    const { home } = await signedInMachine(gate)
    expect((await stat(profileOf(home))).mode & 0o777).toBe(0o600)
    expect((await stat(join(home, '.config', 'sallyport'))).mode & 0o777).toBe(0o700)
  })

  test('is not used when others can read it', async () => {
    const machine = await signedInMachine(gate)
    await chmod(profileOf(machine.home), 0o644)
    const { exit, err } = await machine.run(['vault', 'list'])
    expect(exit).toBe(1)
    expect(err).toContain('(mode 644), want mode 600')
  })

  test('is not used when it is damaged', async () => {
    const machine = await signedInMachine(gate)
    await writeFile(profileOf(machine.home), '{"version":1}')
    expect(await machine.run(['vault', 'list'])).toMatchObject({ exit: 1, out: '' })
  })

  test('lies where SALLYPORT_HOME or XDG_CONFIG_HOME say', async () => {
    const machine = createMachine()
    const own = join(machine.home, 'own')
    const env = { SALLYPORT_HOME: own, XDG_CONFIG_HOME: join(machine.home, 'xdg') }
    expect((await machine.run([...login(), '--as', 'ada'], { env })).exit).toBe(0)
    expect(await readFile(join(own, 'default.json'), 'utf8')).toContain('"pinned"')
    const { SALLYPORT_HOME: _, ...xdg } = env
    expect((await machine.run([...login(), '--as', 'ada'], { env: xdg })).exit).toBe(0)
    expect(await readFile(join(machine.home, 'xdg', 'sallyport', 'default.json'), 'utf8')).toContain('"pinned"')
  })

  test('holds no token and no key after logout, and the next verb says what to do', async () => {
    const machine = await signedInMachine(gate)
    expect((await machine.run(['logout'])).exit).toBe(0)
    expect(JSON.parse(await readFile(profileOf(machine.home), 'utf8'))).toMatchObject({ session: null })
    const { exit, err } = await machine.run(['vault', 'list'])
    expect(exit).toBe(1)
    expect(err).toContain('nobody is signed in, want `sallyport login` first')
  })

  test('with a session that ended says when, and what to do', async () => {
    const machine = await signedInMachine(gate)
    const { exit, err } = await machine.run(['vault', 'list'], { now: () => Date.now() + 3_600_000 })
    expect(exit).toBe(1)
    expect(err).toMatch(/the session ended at 20\d\d-.*, want a new `sallyport login`/)
  })
})

/** Do what a browser would: sign in on the pages, and follow the way back to the loopback address. */
async function driveBrowser(gate: TestGate, url: URL): Promise<void> {
  const { connect } = await import('../gate/index.ts')
  const { walkSignInPages } = await import('../session/sample-pages.ts')
  const { fetch } = await import('undici')
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const { dispatcher, close } = connect({ url: gate.url, ca: gate.certificate.cert, credential: null, clock })
  const visit = async (
    at: URL,
    init: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<Response> => {
    const answer = await fetch(at, { ...init, redirect: 'manual', dispatcher })
    return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers] })
  }
  const redirectUri = url.searchParams.get('redirect_uri') ?? ''
  const back = await walkSignInPages({ visit }, { url, redirectUri }, 'ada')
  await fetch(new URL('/favicon.ico', back))
  await fetch(back)
  await close()
}
