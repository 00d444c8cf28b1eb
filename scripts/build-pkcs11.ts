// `npm run build:pkcs11`: compiles the module that speaks PKCS #11 (pkcs11js), which takes a C++ compiler and is therefore not
// part of `npm ci`. Its sources and Node's headers come from npm; nothing is downloaded here.
// oxlint-disable-next-line import/no-unassigned-import -- it refuses an old runtime before anything else is loaded
import './require-runtime.ts'

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const resolve = createRequire(join(import.meta.dirname, '../server/package.json')).resolve

process.exitCode = build()

function build(): number {
  const folder = dirname(resolve('pkcs11js/package.json'))
  const headers = headersOf()
  if (headers === null) return fail(`Node's headers are not beside ${process.execPath}, want node run through npm`)
  const made = join(folder, 'build/Release')
  mkdirSync(made, { recursive: true })
  const [fresh, built] = [join(made, 'pkcs11.node.new'), join(made, 'pkcs11.node')]
  const sources = ['dl.cpp', 'common.cpp', 'main.cpp'].map((name) => join(folder, 'src', name))
  const include = [headers, join(folder, 'includes')].flatMap((path) => ['-I', path])
  const compiler = process.env['CXX'] ?? 'g++'
  const { status, error } = spawnSync(compiler, [...flags(), ...include, ...sources, '-o', fresh], { stdio: 'inherit' })
  if (error !== undefined) return fail(`${compiler} does not run (${error.message}), want a C++ compiler (Debian: g++)`)
  if (status !== 0) return fail(`${compiler} ended with ${status}`)
  const check = `process.dlopen({ exports: {} }, ${JSON.stringify(fresh)})`
  if (spawnSync(process.execPath, ['-e', check], { stdio: 'inherit' }).status !== 0) return fail('it does not load')
  renameSync(fresh, built)
  process.stdout.write(`Built ${built}\n`)
  return 0
}

/** As the package's own build has it, and hardened as Debian builds its packages. */
function flags(): readonly string[] {
  const always = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-fno-exceptions',
    '-fno-rtti',
    '-DNAPI_DISABLE_CPP_EXCEPTIONS',
  ]
  const mac = ['-undefined', 'dynamic_lookup']
  const linux = ['-fstack-protector-strong', '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro,-z,now', '-ldl']
  return [...always, '-DBUILDING_NODE_EXTENSION', ...(process.platform === 'darwin' ? mac : linux)]
}

/** Node from npm brings its headers; any other has them beside its program. */
function headersOf(): string | null {
  const places = [
    join(import.meta.dirname, `../node_modules/node-${process.platform}-${process.arch}/include/node`),
    join(dirname(process.execPath), '../include/node'),
  ]
  return places.find((path) => existsSync(join(path, 'node_api.h'))) ?? null
}

function fail(state: string): number {
  process.stderr.write(`cannot build the PKCS #11 module: ${state}\n`)
  return 1
}
