// Folders: the product knows names with slashes in them and nothing else, so that a folder is what names have in common.

import type { FileOfVault } from './query.ts'

export interface Folder {
  /** Names of the folders inside, in order. */
  readonly folders: readonly string[]
  readonly files: readonly FileOfVault[]
}

/** Look into a folder; `path` is '' for the vault itself, otherwise it ends in a slash. */
export function lookInto(files: readonly FileOfVault[], path: string): Folder {
  const inside = files.filter(({ name }) => name.startsWith(path))
  const folders = new Set<string>()
  const here: FileOfVault[] = []
  for (const file of inside) {
    const [first = '', ...rest] = file.name.slice(path.length).split('/')
    if (rest.length === 0) here.push(file)
    else folders.add(first)
  }
  const byName = new Intl.Collator(undefined, { numeric: true })
  return {
    folders: [...folders].sort(byName.compare),
    files: here.sort((a, b) => byName.compare(a.name, b.name)),
  }
}
