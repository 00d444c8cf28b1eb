import { describe, expect, test } from 'vitest'
import { compileNamedPolicies, validate } from './cedar/index.ts'
import { checkPolicySet, makePolicyProver } from './prove-policy-set.ts'
import { shippedPolicies } from './policy-source.ts'
import { makePolicyReader, readApart, readLimits, type ReadAnswer } from './read-policy-set.ts'

const rule = (id: string, condition: string) => `@id("${id}")
@reason("A rule of this enclave.")
@fix("Ask an export control officer.")
@ask("officer")
forbid (principal, action, resource)
when { ${condition} };
`

describe('makePolicyReader()', () => {
  test('reads what ships as it is read here', async () => {
    const source = await shippedPolicies()
    const { findings, sound } = await makePolicyReader()(source)
    expect(findings).toEqual([])
    expect(sound).toMatchObject(source)
    expect(sound?.compiled.policies).toEqual(compileNamedPolicies(source.policyText).policies)
  })

  test('keeps integers beyond 2^53, and names of entities, as they are', async () => {
    const { schemaText } = await shippedPolicies()
    const policyText = rule('big', 'principal.usPerson == (9007199254740993 < 9223372036854775807)')
    const { sound } = await makePolicyReader()({ schemaText, policyText })
    expect(sound?.compiled.policies).toEqual(compileNamedPolicies(policyText).policies)
  })

  test('lays out what is laid out otherwise, and says so', async () => {
    const { schemaText, policyText } = await shippedPolicies()
    const { findings, sound } = await makePolicyReader()({ schemaText, policyText: `\n\n${policyText}` })
    expect(findings).toMatchObject([{ code: 'format' }])
    expect(sound?.policyText).toBe(policyText)
  })

  test('finds what is found here, with its place, and compiles nothing of it', async () => {
    const { schemaText, policyText } = await shippedPolicies()
    const wrong = `${policyText}\n${rule('wrong', 'principal.nation == "GB"')}`
    const { findings, sound } = await makePolicyReader()({ schemaText, policyText: wrong })
    expect(findings.length).toBeGreaterThan(0)
    expect(findings).toEqual(validate(wrong, schemaText))
    expect(sound).toBeNull()
  })

  test.each(['its process ended without an answer', 'it did not end within 30000 ms'])(
    'refuses a set of which it hears that %s, and reads the next one',
    async (failed) => {
      const source = await shippedPolicies()
      const answers: ReadAnswer[] = [{ failed }]
      const read = makePolicyReader(async (question) => answers.shift() ?? (await readApart(question)))
      const refused = await read(source)
      expect(refused).toMatchObject({ findings: [{ code: 'not-cedar', message: `it could not be read: ${failed}` }] })
      expect(refused.sound).toBeNull()
      expect((await read(source)).findings).toEqual([])
    },
  )

  test('reads one at a time, and refuses more than a few that wait', async () => {
    const source = await shippedPolicies()
    const begun: PromiseWithResolvers<ReadAnswer>[] = []
    const read = makePolicyReader(() => {
      const one = Promise.withResolvers<ReadAnswer>()
      begun.push(one)
      return one.promise
    })
    const asked = Array.from({ length: 9 }, () => read(source).then(({ sound }) => sound))
    await expect(asked[8]).rejects.toMatchObject({ code: 'unavailable' })
    for (let n = 0; n < 8; n++) {
      await expect.poll(() => begun.length).toBe(n + 1)
      begun[n]?.resolve({ failed: 'enough' })
      expect(await asked[n]).toBeNull()
    }
    const again = read(source)
    await expect.poll(() => begun.length).toBe(9)
    begun[8]?.resolve({ failed: 'enough' })
    expect((await again).sound).toBeNull()
  })
})

describe('readApart()', () => {
  test('ends what takes too long or too much', { timeout: 60_000 }, async () => {
    const source = await shippedPolicies()
    expect(await readApart(source, { ...readLimits, timeoutMs: 5 })).toEqual({ failed: 'it did not end within 5 ms' })
    for (const narrow of [{ memory: 1 }, { wasmMemory: 1 }]) {
      expect(await readApart(source, { ...readLimits, ...narrow })).toMatchObject({
        failed: 'its process ended without an answer',
      })
    }
  })
})

describe('makePolicyProver()', () => {
  test('refuses a set that could not be read, or that is not laid out as sets are kept', async () => {
    const source = await shippedPolicies()
    const proving = (read: Parameters<typeof makePolicyProver>[0]) =>
      makePolicyProver(read, () => Promise.resolve({ proved: true, methods: [] }))
    const broken = makePolicyReader(() => Promise.resolve({ failed: 'its process ended without an answer' }))
    await expect(proving(broken)(source)).rejects.toMatchObject({ code: 'invalid-request' })
    const other = { ...source, policyText: `\n${source.policyText}` }
    await expect(proving(makePolicyReader())(other)).rejects.toMatchObject({
      details: { findings: [{ code: 'format' }] },
    })
    expect(() => checkPolicySet(other)).toThrow('1 findings')
    expect(await proving(makePolicyReader())(source)).toMatchObject(source)
  })
})

test('checkPolicySet() remembers what it found sound and nothing else: neither a refusal nor the half of it', async () => {
  const source = await shippedPolicies()
  const open = `@id("all")\n@reason("All.")\n@fix("None.")\n@ask("officer")\npermit (principal, action, resource);\n`
  const unsound = { ...source, policyText: source.policyText + open }
  for (const [given, message] of [
    [source, null],
    [unsound, 'cannot take policy set'],
    [{ ...source, schemaText: '' }, 'findings'],
    [source, null],
    [unsound, 'cannot take policy set'],
  ] as const) {
    if (message === null) expect(() => checkPolicySet(given)).not.toThrow()
    else expect(() => checkPolicySet(given)).toThrow(message)
  }
})
