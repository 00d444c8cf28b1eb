import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createMachine } from '../testing/command.ts'
import { createProgram } from './program.ts'

const machine = createMachine()

function verbs(): string[][] {
  const environment = { stdout: process.stdout, stderr: process.stderr, columns: 100 }
  const program = createProgram({ environment: environment as never, exit: 0 })
  const below = (command: Command, path: string[]): string[][] =>
    command.commands.flatMap((one) => {
      const here = [...path, one.name()]
      return one.commands.length === 0 ? [here] : [here, ...below(one, here)]
    })
  return [[], ...below(program, [])]
}

describe('help', () => {
  test.each(verbs().map((path) => ({ path, title: path.join(' ') })))(
    'of `sallyport $title` is as written',
    async ({ path }) => {
      const { exit, out, err } = await machine.run([...path, '--help'])
      expect({ exit, err }).toEqual({ exit: 0, err: '' })
      await expect(out).toMatchFileSnapshot(`./golden/help/${['sallyport', ...path].join('-')}.txt`)
    },
  )

  test('has an example on every verb and --json everywhere', async () => {
    for (const path of verbs().filter((one) => one.length > 0)) {
      const { out } = await machine.run([...path, '--help'])
      if (/^Commands:/m.test(out)) continue
      expect(out).toMatch(/\nExample:\n {2}\S*sallyport|\nExample:\n {2}source <\(sallyport/)
      expect(out).toContain('--json')
    }
  })

  test.each([
    ['a noun alone', ['file']],
    ['an unknown noun', ['flie', 'open']],
    ['an unknown verb', ['file', 'opne', 'x']],
    ['an operand too few', ['file', 'open']],
    ['an operand too many', ['vault', 'list', 'x']],
    ['an unknown option', ['vault', 'list', '--all']],
    ['a required option missing', ['file', 'protect', 'x']],
    ['nothing at all', []],
  ])('%s is wrong use: exit 2, words on stderr, nothing on stdout', async (_, argv) => {
    const { exit, out, err } = await machine.run(argv)
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).not.toBe('')
  })
})
