// The house, read from ARCHITECTURE.md: which module may import which, and what no file may do.

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
  readonly isTest: boolean
}

const sources: readonly Source[] = globSync('{protocol,client,server,console}/src/**/*.{ts,tsx}', { cwd: root })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => !path.includes('/gen/'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, text, imports: importsOf(path, text), isTest: /\.test\.ts$|\/testing\.ts$|\/testing\//.test(path) }
  })
const shipped = sources.filter((source) => !source.isTest)

describe('packages', () => {
  const table = rows('package')
  it('depend on each other only as ARCHITECTURE.md says', () => {
    const allowed = new Map(table.map(([name, , may]) => [name.replaceAll('`', ''), list(may)]))
    const wrong = sources.flatMap(({ path, imports }) => {
      const from = path.split('/')[0] ?? ''
      return imports
        .map((target) => packageOf(path, target))
        .filter((to) => to !== null && to !== from && !allowed.get(from)?.includes(to))
        .map((to) => `${path} imports ${to}`)
    })
    expect(wrong).toEqual([])
  })

  it.each(['protocol/', 'console/'])('%s has nothing of Node', (place) => {
    const wrong = shipped.filter(({ path, imports }) => path.startsWith(place) && imports.some(isNode))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('the console takes of the client only what runs in a browser, and nothing of that is of Node', () => {
    const wrong = shipped.flatMap(({ path, imports }) =>
      imports
        .filter((target) => path.startsWith('console/') && target.startsWith('@sallyport/client'))
        .filter((target) => target !== '@sallyport/client/web')
        .map((target) => `${path} imports ${target}`),
    )
    expect(wrong).toEqual([])
    const reached = new Set<string>()
    const reach = (path: string): void => {
      const source = shipped.find((one) => one.path === path)
      if (source === undefined) throw new Error(`there is no ${path}`)
      if (reached.has(path)) return
      reached.add(path)
      for (const target of source.imports.filter((one) => one.startsWith('.'))) reach(resolved(path, target))
    }
    reach('client/src/web.ts')
    expect(reached.size).toBeGreaterThan(6)
    // What is a type alone is not there when it runs.
    const foreign = shipped.filter(
      ({ path, text }) =>
        reached.has(path) && valuesImported(path, text).some((one) => !/^(\.|@sallyport\/|zod$)/.test(one)),
    )
    expect(foreign.map(({ path }) => path)).toEqual([])
  })

  it('the console asks the gate in one file, and writes no markup that is not its own', () => {
    const wrong = shipped.filter(
      ({ path, text }) =>
        path.startsWith('console/') &&
        ((/\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon/.test(text) &&
          path !== 'console/src/api/send.ts') ||
          /dangerouslySetInnerHTML|\.innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.test(text)),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('a page of the console is a folder with its route and its view, and is in the list of pages', () => {
    const pages = new Set(globSync('console/src/pages/*/*', { cwd: root }).map((path) => path.split(sep)[3] ?? ''))
    expect(pages.size).toBeGreaterThan(3)
    const all = readFileSync(join(root, 'console/src/pages/index.ts'), 'utf8')
    const wrong = [...pages].filter(
      (name) =>
        !all.includes(`'./${name}/route.ts'`) ||
        ['route.ts', 'view.tsx'].some(
          (file) => globSync(`console/src/pages/${name}/${file}`, { cwd: root }).length === 0,
        ),
    )
    expect(wrong).toEqual([])
  })
})

describe('modules of the gate', () => {
  const allowed = new Map(rows('module').map(([name, , may]) => [name, list(may)]))
  const gate = sources.filter(({ path }) => path.startsWith('server/src/'))

  it('are all in the table, and the table names no other', () => {
    const folders = new Set(gate.map(({ path }) => moduleOf(path)))
    expect([...folders].sort()).toEqual([...allowed.keys()].sort())
  })

  // Tests use real parts of other modules; what ships does not.
  it('import only what the table allows', () => {
    const wrong = gate
      .filter(({ isTest }) => !isTest)
      .flatMap(({ path, imports }) =>
        imports.flatMap((target) => {
          const to = moduleOf(resolved(path, target))
          const from = moduleOf(path)
          return to === null || to === from || allowed.get(from ?? '')?.includes(to) ? [] : [`${path} imports ${to}`]
        }),
      )
    expect(wrong).toEqual([])
  })

  it('meet only at their faces', () => {
    const wrong = shipped
      .filter(({ path }) => path.startsWith('server/src/'))
      .flatMap(({ path, imports }) =>
        imports
          .map((target) => resolved(path, target))
          .filter((target) => moduleOf(target) !== null && moduleOf(target) !== moduleOf(path))
          .filter((target) => !target.endsWith('/index.ts'))
          .map((target) => `${path} imports ${target}`),
      )
    expect(wrong).toEqual([])
  })

  it('only the decision point makes permits (I1)', () => {
    const wrong = sources.filter(
      ({ path, text, isTest }) =>
        !isTest &&
        !/server\/src\/policy\/(permit|decide)\.ts$/.test(path) &&
        (/\bissuePermit\b/.test(text) || /\bas\s+(unknown\s+as\s+)?Permit\b/.test(text)),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  // INVARIANT: I1. What a route can call of another module takes a permit, or is here with the reason why it needs none.
  const needsNoPermit = new Map([
    ['personOf', "the caller's own record"],
    ['readStanding', 'how many hold a role, in an answer that was itself decided'],
    ['effectQuestion', 'which question a request asks; it is answered under a permit'],
    ['countByStatus', 'numbers beside an answer that was itself decided'],
    ['countFiles', 'numbers beside an answer that was itself decided'],
    ['displayNames', 'names beside an answer that was itself decided'],
    ['goOnIn', 'names beside an answer that was itself decided'],
    ['namesOfFiles', 'names beside an answer that was itself decided'],
    ['namesOfVaults', 'names beside an answer that was itself decided'],
    ['usPersonRetention', 'a rule beside an answer that was itself decided'],
    ['standingOf', 'numbers beside an answer that was itself decided'],
    ['vaultIdOf', 'an id, which says what decides'],
    ['vaultIdsAfter', 'ids, each of which is then decided'],
    ['fileIdsAfter', 'ids, each of which is then decided'],
    ['sharedFileIds', 'ids, each of which is then decided'],
    ['allRecordsOf', "the caller's own records"],
    ['fileIdsNamed', 'ids, each of which is then decided'],
    ['collectCandidates', 'shows nothing: what the entries of refusals say, kept where they are listed'],
    ['readFounding', 'the founding, of which the ceremony decides: nobody is on the roster yet'],
    ['beginFounderPasskey', 'the ceremony asks for the code of a founder'],
    ['enrollByPasskey', 'the ceremony asks for the code of a founder'],
    ['enrollFounder', 'the founding'],
    ['attestFounder', 'the founding'],
    ['closeFounding', 'the founding'],
    ['startSession', 'nobody is signed in yet; a session gives nothing by itself'],
    ['authenticationOptions', 'nobody is signed in yet; a challenge tells nothing'],
    ['authenticate', 'nobody is signed in yet; it is believed for the signature of a passkey'],
    ['registrationOptions', 'nobody is signed in yet; it takes both halves of a link that two others approved'],
    ['registerPasskey', 'nobody is signed in yet; it takes both halves of a link that two others approved'],
    ['askForProgram', 'nobody is signed in yet; it is sealed, and gives nothing before a person confirms it'],
    ['grantToProgram', "it gives a program the caller's own identity, by their session in a browser"],
    ['exchangeGrant', 'nobody is signed in yet; it takes what a person granted, the key and the secret that asked'],
    ['findAct', "what a call of the caller's own did, under a key of theirs"],
    ['forgetAct', "a call of the caller's own that was refused"],
    ['keepAnswer', "the answer to a call of the caller's own, sealed"],
    ['listOwnPasskeys', "the caller's own passkeys"],
    ['removeOwnPasskey', "the caller's own passkey"],
    ['ownSessions', "the caller's own sessions"],
    ['endOwnSession', "the caller's own session"],
    ['listOwnDuties', "the caller's own duties"],
    ['listOwnRequests', "the caller's own requests"],
    ['listOwnRefusals', "the caller's own refusals, told again"],
    ['readOwnRefusal', "the caller's own refusal, told again"],
    ['makeRequest', "a refusal of the caller's own, on record; whoever was refused gets no permit"],
    ['withdrawOwnRequest', "the caller's own request"],
  ])

  it('are called by routes with a permit, or for a reason without one (I1)', () => {
    const called = gate
      .filter(({ path, isTest }) => path.startsWith('server/src/http/') && !isTest)
      .flatMap(({ path, text }) => importedFunctions(path, text))
      .filter(({ from }) => !/^server\/src\/(base|http|spreadsheet)\//.test(from))
    expect(called.length).toBeGreaterThan(30)
    const bare = called.filter(({ name, text }) => touchesState(text) && !takesPermit(text) && !needsNoPermit.has(name))
    expect(bare.map(({ name, from }) => `${name} of ${from}`)).toEqual([])
    const names = new Set(called.map(({ name }) => name))
    expect([...needsNoPermit.keys()].filter((name) => !names.has(name))).toEqual([])
  })

  it('keep the ledger from routes: no route has what reads entries but through a use case (I1)', () => {
    const readers = /\.(exportTo|entryBundle|entry|readEntries|search)\(|\bopenSealedEntry\b/
    const wrong = shipped.filter(({ path, text }) => path.startsWith('server/src/http/') && readers.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('write SQL in store.ts and nowhere else', () => {
    const sql = /(['"`])\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|WITH \w+ AS)\s/
    const wrong = shipped.filter(
      ({ path, text }) =>
        path.startsWith('server/src/') &&
        !path.startsWith('server/src/base/') &&
        !path.endsWith('/store.ts') &&
        sql.test(text),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('each has a face that opens with a paragraph', () => {
    const faces = gate.filter(({ path }) => /^server\/src\/[a-z-]+\/index\.ts$/.test(path))
    expect(faces.filter(({ text }) => !text.startsWith('// ')).map(({ path }) => path)).toEqual([])
    expect(sources.filter(({ text }) => /^export \*/m.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('invariants', () => {
  it('each names a test that is there', () => {
    const table = rows('invariant')
    expect(table.length).toBeGreaterThanOrEqual(10)
    const wrong = table.filter(([, , test]) => {
      const [, path = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? []
      return !globSync(path, { cwd: root }).includes(path) || !readFileSync(join(root, path), 'utf8').includes(title)
    })
    expect(wrong).toEqual([])
  })
})

describe('every file', () => {
  it('is at most 400 lines', () => {
    const wrong = shipped.filter(({ text }) => text.split('\n').length > 401)
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('has a name that says its concept', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|constants|service|manager|handler)(\/|\.ts)/
    expect(sources.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([])
  })

  it('takes clock, randomness and environment as parameters', () => {
    const ambient = /\bDate\.now\(|\bMath\.random\(|\bprocess\.env\b/
    const wrong = shipped.filter(
      ({ path, text }) =>
        ambient.test(text) &&
        !/^server\/src\/(base|main)\/|^client\/src\/cli\/main\.ts$|^console\/src\/session\//.test(path),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('never switches a test off', () => {
    const off = /\b(it|test|describe)\.(skip|todo|only)\(|expect\(true\)/
    expect(sources.filter(({ text }) => off.test(text)).map(({ path }) => path)).toEqual([])
  })
})

function rows(heading: string): readonly [string, string, string][] {
  const all = page.split('\n')
  // The formatter widens columns as their content asks.
  const start = all.findIndex((line) => new RegExp(`^\\|\\s*${heading}\\s*\\|`).test(line))
  if (start < 0) throw new Error(`ARCHITECTURE.md has no table of every ${heading}`)
  const lines = all.slice(start)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) => {
    const [, name = '', what = '', may = ''] = line.split('|').map((cell) => cell.trim())
    return [name, what, may]
  })
}

function list(cell: string): readonly string[] {
  return cell.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

function importsOf(path: string, text: string): readonly string[] {
  const parsed = parseSync(path, text)
  if (parsed.errors.length > 0) throw new Error(`cannot parse ${path}: ${parsed.errors[0]?.message}`)
  const { staticImports, staticExports, dynamicImports } = parsed.module
  return [
    ...staticImports.map((one) => one.moduleRequest.value),
    ...staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...dynamicImports.map((one) =>
      text.slice(one.moduleRequest.start, one.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ]
}

/** Modules that are there when the file runs. */
function valuesImported(path: string, text: string): readonly string[] {
  const { staticImports } = parseSync(path, text).module
  return staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
    .map(({ moduleRequest }) => moduleRequest.value)
}

interface ExportedFunction {
  readonly name: string
  readonly from: string
  /** From its name to its body. */
  readonly text: string
}

/** The functions of other modules that a file imports, with their signatures where they are written. */
function importedFunctions(path: string, text: string): readonly ExportedFunction[] {
  return parseSync(path, text)
    .module.staticImports.filter((one) => resolved(path, one.moduleRequest.value).startsWith('server/'))
    .flatMap((one) => one.entries.map((entry) => [resolved(path, one.moduleRequest.value), entry] as const))
    .flatMap(([face, { isType, importName }]) =>
      isType || importName.name === null || importName.name === undefined ? [] : exportedAs(face, importName.name),
    )
}

function exportedAs(face: string, name: string): readonly ExportedFunction[] {
  const text = readFileSync(join(root, face), 'utf8')
  const { program, module } = parseSync(face, text)
  const elsewhere = module.staticExports
    .flatMap((one) => one.entries)
    .find((entry) => entry.exportName.name === name && entry.moduleRequest !== null)
  if (elsewhere?.moduleRequest !== null && elsewhere?.moduleRequest !== undefined) {
    return exportedAs(resolved(face, elsewhere.moduleRequest.value), elsewhere.importName.name ?? name)
  }
  return program.body.flatMap((node) => {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declared?.type !== 'FunctionDeclaration' || declared.id?.name !== name) return []
    return [{ name, from: face, text: text.slice(declared.start, declared.body?.start ?? declared.end) }]
  })
}

/** Whether it reads or changes what is kept: it answers later, or hands out a stream. */
function touchesState(signature: string): boolean {
  return /^async |\bPromise<|\bReadable\b|\bAsync(Iterable|Generator)</.test(signature)
}

function takesPermit(signature: string): boolean {
  return /\b(List)?Permit<'[a-z]+\.[a-z]+'( \| '[a-z]+\.[a-z]+')*>/.test(signature)
}

function isNode(target: string): boolean {
  return target.startsWith('node:')
}

function resolved(from: string, target: string): string {
  if (!target.startsWith('.')) return target
  return relative(root, join(root, dirname(from), target))
    .split(sep)
    .join('/')
}

function packageOf(from: string, target: string): string | null {
  const scoped = /^@sallyport\/([a-z]+)/.exec(target)
  if (scoped !== null) return scoped[1] ?? null
  return target.startsWith('.') ? (resolved(from, target).split('/')[0] ?? null) : null
}

function moduleOf(path: string): string | null {
  return /^server\/src\/([a-z-]+)\//.exec(path)?.[1] ?? null
}
