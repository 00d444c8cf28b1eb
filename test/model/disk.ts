// The disk of the model, under paths that no real disk has: what was written is there for everybody at once, and survives a power
// cut only where it was synced. What was not may be there, be gone, or be half of itself. node:fs/promises is what is replaced.

import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import type { Schedule } from './schedule.ts'

interface Inode {
  text: string
  synced: string | null
}

/** Chooses among so many possibilities. */
export type Choose = (possibilities: number) => number

export class Disk {
  readonly #schedule: Schedule
  readonly #isSyncSkipped: boolean
  #names = new Map<string, Inode>()
  #syncedNames = new Map<string, Inode>()
  /** Told what a file reads from now on. */
  changed: (name: string, text: string) => void = () => {}

  constructor(schedule: Schedule, isSyncSkipped: boolean) {
    this.#schedule = schedule
    this.#isSyncSkipped = isSyncSkipped
  }

  /** Put a file there, whole and durable. */
  place(name: string, text: string): void {
    const inode = { text, synced: text }
    this.#names.set(name, inode)
    this.#syncedNames.set(name, inode)
  }

  read(name: string): string | null {
    return this.#names.get(name)?.text ?? null
  }

  cutPower(choose: Choose): void {
    const names = new Map<string, Inode>()
    for (const name of new Set([...this.#names.keys(), ...this.#syncedNames.keys()])) {
      const [now, synced] = [this.#names.get(name), this.#syncedNames.get(name)]
      const kept = now !== synced && choose(2) === 0 ? synced : now
      if (kept !== undefined) names.set(name, kept)
    }
    for (const inode of new Set(names.values())) {
      if (inode.text !== inode.synced) {
        const half = inode.text.slice(0, choose(inode.text.length))
        inode.text = [inode.text, half, inode.synced ?? ''][choose(3)] ?? ''
      }
      inode.synced = inode.text
    }
    this.#names = names
    this.#syncedNames = new Map(names)
  }

  // ---- As node:fs/promises has it

  #step<T>(path: string, what: string, take: () => T): Promise<T> {
    return this.#schedule.step(processOf(path), what, (how) => {
      if (how !== 'done') throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      return take()
    })
  }

  async open(path: string, flags: unknown): Promise<unknown> {
    if (flags === 'r') return { sync: () => this.#sync(path, () => this.#syncNames()), close: async () => {} }
    const inode = await this.#step(path, 'file open', () => {
      const made: Inode = this.#names.get(basename(path)) ?? { text: '', synced: null }
      made.text = ''
      this.#names.set(basename(path), made)
      return made
    })
    return {
      writeFile: (text: string) => this.#step(path, 'file write', () => (inode.text = text)),
      sync: () => this.#sync(path, () => (inode.synced = inode.text)),
      close: async () => {},
    }
  }

  #sync(path: string, sync: () => unknown): Promise<unknown> {
    return this.#step(path, 'file sync', () => (this.#isSyncSkipped ? null : sync()))
  }

  #syncNames(): void {
    this.#syncedNames = new Map(this.#names)
  }

  async readFile(path: string): Promise<string> {
    // A read that fails says so, and nothing starts: that is tried elsewhere.
    return await this.#schedule.step(processOf(path), 'file read', () => {
      const text = this.read(basename(path))
      if (text === null) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
      return text
    })
  }

  async rm(path: string): Promise<void> {
    await this.#step(path, 'file remove', () => this.#names.delete(basename(path)))
  }

  /** Nothing gets old here. */
  async stat(path: string): Promise<unknown> {
    if (!this.#names.has(basename(path))) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
    return { mtimeMs: 0 }
  }

  async readdir(): Promise<readonly string[]> {
    return [...this.#names.keys()]
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step(from, 'file rename', () => {
      const inode = this.#names.get(basename(from))
      if (inode === undefined) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
      this.#names.delete(basename(from))
      this.#names.set(basename(to), inode)
      this.changed(basename(to), inode.text)
    })
  }
}

const root = '/disk-of-the-model/'

/** Where a process finds a file; all of them find the same one. */
export function pathOf(process: number, name: string): string {
  return `${root}${process}/${name}`
}

function processOf(path: string): number {
  return Number(path.slice(root.length).split('/', 1)[0])
}

let disk: Disk | null = null

/** From here on, this disk is what stands under the model's paths. */
export function mount(mounted: Disk): void {
  disk = mounted
}

type Taking = (...values: unknown[]) => unknown

const replaced: Readonly<Record<string, (mounted: Disk, path: string, other: unknown) => unknown>> = {
  open: (mounted, path, flags) => mounted.open(path, flags),
  readFile: (mounted, path) => mounted.readFile(path),
  rename: (mounted, from, to) => mounted.rename(from, String(to)),
  rm: (mounted, path) => mounted.rm(path),
  stat: (mounted, path) => mounted.stat(path),
  readdir: (mounted) => mounted.readdir(),
}

for (const [name, take] of Object.entries(replaced)) {
  const real = Reflect.get(files, name) as Taking
  Reflect.set(files, name, (...values: unknown[]) => {
    const [path, other] = values
    if (disk === null || typeof path !== 'string' || !path.startsWith(root)) return real.apply(files, values)
    return take(disk, path, other)
  })
}
syncBuiltinESMExports()
