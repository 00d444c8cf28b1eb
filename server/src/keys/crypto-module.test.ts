import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { cryptoModule } from './index.ts'

test('cryptoModule() states the library that runs and claims no validation', () => {
  const facts = cryptoModule()
  expect(facts.version).toMatch(/^3\.\d+\.\d+/)
  expect(facts.isFipsProviderActive).toBe(facts.provider === 'fips')
  expect(JSON.stringify(facts)).not.toMatch(/validated|certificate/i)
  const asked = execFileSync(process.execPath, ['-p', 'process.versions.openssl + " " + require("crypto").getFips()'])
  expect(asked.toString().trim()).toBe(`${facts.version} ${facts.isFipsProviderActive ? 1 : 0}`)
})
