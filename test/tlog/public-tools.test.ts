// What the guide for assessors tells people to run, run as it stands there, by a shell and OpenSSL.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticLog } from './logs.ts'

const guide = readFileSync(new URL('../../docs/assessor.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-assessor-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the guide for assessors', () => {
  test('checks the P-256 signature of a checkpoint with OpenSSL, and finds an altered one', async () => {
    const block = blocks.find((one) => one.includes('openssl dgst -sha256 -verify')) ?? ''
    const script = block.replace('curl -sf "$GATE/ledger/checkpoint" > checkpoint\n', '')
    expect(script).not.toBe(block)
    const run = (key = '') => {
      const ran = spawnSync('bash', ['-ec', script], { cwd: folder, env: { ...process.env, KEY: key } })
      return ran.stdout.toString() || ran.stderr.toString()
    }
    // Keys are made on the spot: one of four has a plus sign in its base64.
    const log = await syntheticLog(300)
    const note = Buffer.from((await log.get('checkpoint')) ?? '').toString()
    await writeFile(join(folder, 'checkpoint'), note)
    expect(run(log.keys[1])).toBe('Verified OK\n')
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe(note.slice(0, note.indexOf('\n\n') + 1))
    await writeFile(join(folder, 'checkpoint'), note.replace('\n300\n', '\n301\n'))
    expect(run(log.keys[1])).toBe('Verification failure\n')
  })

  test('has a checkpoint timestamped by an authority, and finds what was not or was by another', async () => {
    const blockWith = (command: string) => blocks.find((one) => one.includes(command)) ?? ''
    const [ask, check] = [blockWith('openssl ts -query'), blockWith('openssl ts -verify')]
    const asking = ask
      .replace(/^sallyport .*\n/m, '')
      .replace(/^curl .*\n/m, 'openssl ts -reply -config tsa.cnf -queryfile checkpoint.tsq -out checkpoint.tsr\n')
    // The guide checks the files that the command line writes; here they are those of this log.
    const checking = check
      .replace(/^sallyport .*\n/m, '')
      .replaceAll(/timestamps\/N\.(checkpoint)?(?:tsr)?/g, (_, note?: string) =>
        note === undefined ? 'checkpoint.tsr' : 'checkpoint',
      )
    expect([asking.split('\n').length, checking.split('\n').length]).toEqual([3, 3])
    const run = (script: string) => {
      const { status, stdout, stderr } = spawnSync('bash', ['-ec', script], { cwd: folder })
      return { status, said: stdout.toString() + stderr.toString() }
    }
    for (const authority of ['theirs', 'another']) expect(run(foundAuthority(authority))).toMatchObject({ status: 0 })
    const log = await syntheticLog(300)
    const note = Buffer.from((await log.get('checkpoint')) ?? '').toString()
    await writeFile(join(folder, 'checkpoint'), note)
    await writeFile(join(folder, 'tsa.cnf'), settingsOf('theirs'))
    expect(run(`cp theirs.pem tsa-ca.pem\n${asking}`)).toMatchObject({ status: 0 })
    const whole = run(checking)
    expect(whole).toMatchObject({ status: 0, said: expect.stringContaining('Verification: OK') })
    expect(whole.said).toMatch(/^Time stamp: .* GMT$/m)
    await writeFile(join(folder, 'checkpoint'), note.replace('\n300\n', '\n301\n'))
    expect(run(checking)).toMatchObject({ status: 1, said: expect.stringContaining('message imprint mismatch') })
    await writeFile(join(folder, 'checkpoint'), note)
    expect(run(`cp another.pem tsa-ca.pem\n${checking}`)).toMatchObject({
      status: 1,
      said: expect.stringContaining('certificate verify error'),
    })
  })
})

/** Found an authority for timestamps: a root of its own, and under it a certificate that is good for nothing else. */
function foundAuthority(name: string): string {
  const request = 'openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  return `${request} -x509 -days 30 -subj '/CN=${name} root' -keyout ${name}-root.key -out ${name}.pem
${request} -subj '/CN=${name} timestamps' -keyout ${name}-tsa.key -out ${name}-tsa.csr
echo 'extendedKeyUsage=critical,timeStamping' > ${name}.ext
openssl x509 -req -in ${name}-tsa.csr -CA ${name}.pem -CAkey ${name}-root.key -days 30 -extfile ${name}.ext -out ${name}-tsa.pem
echo 01 > ${name}.serial`
}

function settingsOf(name: string): string {
  return `[tsa]
default_tsa = authority
[authority]
serial = ${name}.serial
signer_cert = ${name}-tsa.pem
certs = ${name}.pem
signer_key = ${name}-tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
`
}
