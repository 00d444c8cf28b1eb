import { expect, test } from 'vitest'
import { loadConfig } from '../base/index.ts'
import { copyConfig } from './drill.ts'

test('copyConfig() has the copy listen on this machine alone, believe no issuer and send no mail', () => {
  const text = `
publicUrl: https://gate.example
listen: { main: { host: 0.0.0.0 } }
mail: { host: mail.example, from: gate@gate.example }
issuers: [{ issuer: 'https://issuer.example', audience: gate, purposes: [console, kas] }]
`
  const copy = copyConfig(loadConfig({ text, env: {} }), '/copy', 9000, null)
  expect(copy).toMatchObject({
    publicUrl: 'https://127.0.0.1:9000',
    listen: { main: { host: '127.0.0.1', port: 9000 } },
    database: 'embedded',
    issuers: [],
    mail: undefined,
  })
})
