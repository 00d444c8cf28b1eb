// Builds the console into console/dist, each file beside its compressed forms. Does nothing where its sources are those of the last
// build. What is there is replaced whole, so that nobody meets half of it.

import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'console')
const dist = join(folder, 'dist')
const marker = 'sources.sha256'
const sources = [
  'console/build.ts',
  'console/{index.html,package.json,vite.config.ts,zod.ts}',
  'console/src/**/*.*',
  '{protocol,client}/src/**/*.ts',
  'package-lock.json',
]

/** Build the console unless it is built. Tells whether it had to be. */
export async function buildConsole(): Promise<boolean> {
  const digest = digestOfSources()
  if ((await readFile(join(dist, marker), 'utf8').catch(() => '')) === digest) return false
  const { build } = await import('vite')
  const made = await mkdtemp(join(folder, '.dist-'))
  // React's two forms go by this: whoever builds from a test would ship the one for developers.
  const { NODE_ENV: before } = process.env
  process.env['NODE_ENV'] = 'production'
  try {
    await build({ root: folder, logLevel: 'warn', build: { outDir: made, emptyOutDir: true } })
    await compress(join(made, 'assets'))
    await writeFile(join(made, marker), digest)
    await rm(dist, { recursive: true, force: true })
    // Whoever built at the same moment built the same.
    await rename(made, dist).catch(() => undefined)
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
    await rm(made, { recursive: true, force: true })
  }
  return true
}

function digestOfSources(): string {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    const text = readFileSync(join(root, path))
    hash.update(`${path} ${text.length}\n`).update(text)
  }
  return hash.digest('hex')
}

async function compress(assets: string): Promise<void> {
  for (const name of await readdir(assets)) {
    const content = await readFile(join(assets, name))
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    await writeFile(join(assets, `${name}.br`), await promisify(brotliCompress)(content, { params }))
    await writeFile(join(assets, `${name}.gz`), await promisify(gzip)(content, { level: 9 }))
  }
}

if (import.meta.main) {
  process.stdout.write(
    (await buildConsole()) ? 'The console is built: console/dist\n' : 'The console is built already.\n',
  )
}
