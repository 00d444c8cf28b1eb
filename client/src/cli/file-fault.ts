// What the system says about a file that a verb cannot use, in words.

const states = new Map([
  ['ENOENT', 'it is not there, want one that is'],
  ['EACCES', 'this account may not, want one that may'],
  ['EPERM', 'this account may not, want one that may'],
  ['EISDIR', 'it is a folder, want a file'],
  ['ENOTDIR', 'a part of its path is no folder, want another path'],
  ['EEXIST', 'it is there already, want another name'],
  ['ENAMETOOLONG', 'its name is too long, want a shorter one'],
  ['ENOSPC', 'no space is left on the disk, want some'],
])

/** Word a fault of the file system; of one that is not known here in the system's words. Null for any other fault. */
export function fileFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error)) return null
  const { code, path } = error as NodeJS.ErrnoException
  const state = states.get(code ?? '')
  // A file that is open already is read and written without its name.
  return state === undefined ? error.message : `cannot use ${path ?? 'the file'}: ${state}`
}
