// What guides and packaging tell people to run is what the program takes: every verb, option and operand in them, every link, and
// every path of the unit and of the image.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProgram, gateVerbs } from '../client/src/cli/program.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const guides = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
)
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')

const program = createProgram({
  environment: { stdout: process.stdout, stderr: process.stderr, columns: 100 } as never,
  exit: 0,
})
type Command = typeof program
const usages = new Map<string, string>()
beforeAll(() => {
  for (const [verb] of gateVerbs) {
    const said = execFileSync(process.execPath, ['scripts/sallyport.ts', verb, '--help'], { cwd: root })
    usages.set(verb, said.toString())
  }
}, 60_000)

describe.each(guides)('%s', (path) => {
  const commands = commandsOf(textOf(path))

  test('names verbs, options and operands that there are', () => {
    expect(commands.map((words) => faultOf(words)).filter((fault) => fault !== null)).toEqual([])
  })

  test('leads to files and headings that there are', () => {
    const links = [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const dead = links.filter((target) => !target.startsWith('https://') && !isThere(path, target))
    expect(dead).toEqual([])
  })
})

test('the guides are read at all, and a word too many is seen', () => {
  expect(guides.flatMap((path) => commandsOf(textOf(path))).length).toBeGreaterThan(100)
  const wrong = [
    'vault lst',
    'file open a b c',
    'file open --force',
    'ledger verify --fast',
    'serve --quick',
    'backup --slow x',
  ]
  expect(wrong.filter((words) => faultOf(words.split(' ')) === null)).toEqual([])
  expect(isThere('README.md', 'docs/founding.md#no-such-heading')).toBe(false)
})

describe('packaging', () => {
  test('the unit runs the program that is there, with options that it takes', async ({ skip }) => {
    const unit = textOf('packaging/sallyport.service')
    const exec = /^ExecStart=(\S+) (\S+) (.*)$/m.exec(unit)
    expect(exec?.[1]).toBe('/opt/sallyport/node_modules/.bin/node')
    expect(existsSync(join(root, exec?.[2] ?? 'nothing'))).toBe(true)
    expect(faultOf((exec?.[3] ?? '').split(' '))).toBe(null)
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) skip('systemd-analyze is of the package systemd')
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-unit-'))
    try {
      // Its own paths and account are there once it is installed.
      const here = unit
        .replace('/opt/sallyport/node_modules/.bin/node', process.execPath)
        .replaceAll('/opt/sallyport', root)
      await writeFile(join(folder, 'sallyport.service'), here)
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, 'sallyport.service')])
      expect([status, stderr.toString()]).toEqual([0, ''])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('the image takes every package along, and runs what the program takes', () => {
    const image = textOf('packaging/Containerfile')
    const copied = [...image.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
    expect(copied.filter((source) => !existsSync(join(root, source)))).toEqual([])
    const { workspaces } = JSON.parse(textOf('package.json')) as { workspaces: string[] }
    expect(copied).toEqual(expect.arrayContaining(workspaces.map((name) => `${name}/package.json`)))
    const listOf = (word: string) => JSON.parse(new RegExp(`^${word} (.*)$`, 'm').exec(image)?.[1] ?? '[]') as string[]
    const [node, script = 'nothing'] = listOf('ENTRYPOINT')
    expect([node, existsSync(join(root, script))]).toEqual(['node', true])
    expect(faultOf(listOf('CMD'))).toBe(null)
    const [, uid] = /--uid (\d+)/.exec(image) ?? []
    expect(image).toContain(`USER ${uid}`)
    expect(textOf('docs/administrator.md')).toContain(`chown -R ${uid} /etc/sallyport`)
  })

  test('the command runs from wherever it is linked to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-link-'))
    try {
      await symlink(join(root, 'packaging/sallyport'), join(folder, 'sallyport'))
      const { status, stdout } = spawnSync(join(folder, 'sallyport'), ['backup', '--help'], { cwd: folder })
      expect([status, stdout.toString()]).toEqual([0, usages.get('backup')])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

/** What a guide tells to run, as words behind `sallyport`: lines of its sh blocks, and code in the text. */
function commandsOf(markdown: string): readonly (readonly string[])[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block.replaceAll('\\\n', ' '))
  const prose = markdown.replaceAll(/^```.*?^```/gms, '')
  const spans = [...prose.matchAll(/`((?:npm run )?sallyport[^`]*)`/g)].map(([, span = '']) => span)
  return [...blocks.flatMap((block) => block.split('\n')), ...spans].flatMap((line) => {
    const [, said] = /^(?:sudo -u \S+ )?(?:npm run sallyport --|sallyport)(?: (.*))?$/.exec(line.trim()) ?? []
    return said === undefined || said.startsWith('.') || said.startsWith('--') ? [] : [wordsOf(said)]
  })
}

/** As a shell takes them: quotes hold together, a `#` on its own begins a comment. `<a placeholder>` is one word. */
function wordsOf(said: string): readonly string[] {
  const words = [...said.matchAll(/"[^"]*"|<[^>]*>|[^\s"<]+(?:<[^>]*>|"[^"]*")?/g)].map(([word]) => word)
  const comment = words.findIndex((word) => word.startsWith('#'))
  return comment < 0 ? words : words.slice(0, comment)
}

/** What is wrong with a command; null where the program takes it. */
function faultOf(words: readonly string[]): string | null {
  const what = words.join(' ')
  const usage = usages.get(words[0] ?? '')
  if (usage !== undefined) {
    const strange = words.find((word) => word.startsWith('-') && !usage.includes(word.split('=')[0] ?? ''))
    return strange === undefined ? null : `${what}: there is no ${strange}`
  }
  let command: Command = program
  let at = 0
  // A verb that has others below it has options of its own, too.
  for (; at < words.length && command.commands.length > 0 && words[at]?.startsWith('-') !== true; at++) {
    const next = command.commands.find((one) => one.name() === words[at])
    if (next === undefined) return `${what}: there is no ${words[at] ?? ''}`
    command = next
  }
  // A noun alone is spoken of, not run.
  const isAlone = command.commands.length > 0 && at === words.length
  return isAlone ? null : faultOfOperands(what, command, words.slice(at))
}

function faultOfOperands(what: string, command: Command, words: readonly string[]): string | null {
  let operands = 0
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) {
      operands++
      continue
    }
    const option = command.options.find(({ long, short }) => word === long || word === short)
    if (option === undefined) return `${what}: there is no ${word}`
    if (option.required || option.optional) at++
  }
  const wanted = command.registeredArguments
  const most = wanted.some(({ variadic }) => variadic) ? Infinity : wanted.length
  const least = wanted.filter(({ required }) => required).length
  // In a sentence a verb stands for itself.
  if (words.length === 0 || (operands >= least && operands <= most)) return null
  return `${what}: has ${operands} operands, takes ${least} to ${most}`
}

function isThere(from: string, target: string): boolean {
  const [path = '', heading] = target.split('#')
  const file = path === '' ? join(root, from) : resolve(root, dirname(from), path)
  if (!existsSync(file)) return false
  if (heading === undefined) return true
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)
  return [...headings].some(
    ([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-') === heading,
  )
}
