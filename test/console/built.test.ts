// The console as it is built: what a browser has to load before it shows something, what is in the pages, and that the API it knows is
// the one that the gate describes.

import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildConsole } from '../../console/build.ts'
import { consoleApi } from '../../console/generate-api.ts'

const folder = fileURLToPath(new URL('../../console/', import.meta.url))
const dist = join(folder, 'dist')

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

let chunks: Readonly<Record<string, Chunk>>

beforeAll(async () => {
  await buildConsole()
  chunks = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
}, 120_000)

/** KiB of compressed JavaScript that the parts and whatever they import weigh. */
function weight(...parts: readonly string[]): number {
  const files = new Set<string>()
  const collect = (name: string): void => {
    const { [name]: chunk } = chunks
    if (chunk === undefined) throw new Error(`there is no ${name} in the build`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    chunk.imports?.forEach(collect)
  }
  parts.forEach(collect)
  return [...files].reduce((sum, file) => sum + statSync(join(dist, `${file}.gz`)).size, 0) / 1024
}

const pages = globSync('src/pages/*/view.tsx', { cwd: folder })

describe('the console as built', () => {
  test('shows the sign-in after at most 300 KiB', () => {
    const kib = weight('index.html', 'src/pages/sign-in/view.tsx')
    expect(kib).toBeGreaterThan(50)
    expect(kib).toBeLessThan(300)
  })

  test.each(pages)('shows %s after at most 600 KiB', (page) => {
    expect(weight('index.html', 'src/shell/shell.tsx', page)).toBeLessThan(600)
  })

  test('has no script or style in its page, and loads nothing from elsewhere', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=|https?:/)
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g))
      expect(address).toMatch(/^\/assets\/[\w-]+\.\w+$/)
  })

  test('is the form for production, whoever built it', () => {
    for (const path of globSync('assets/*.js', { cwd: dist })) {
      expect(readFileSync(join(dist, path), 'utf8')).not.toMatch(/React DevTools|jsxDEV/)
    }
  })

  test('is built once: nothing is done where its sources are the same', async () => {
    expect(await buildConsole()).toBe(false)
  })

  test('knows the API that the gate describes (npm run generate:console-api)', async () => {
    for (const [name, text] of Object.entries(await consoleApi())) {
      expect(readFileSync(join(folder, 'src/api/gen', name), 'utf8') === text, name).toBe(true)
    }
  })
})
