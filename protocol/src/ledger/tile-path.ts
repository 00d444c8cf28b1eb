// How tiles and entry bundles are named in a URL, and in a folder of files laid out alike.
// SPEC: C2SP tlog-tiles, "Merkle Tree" and "Partial Tiles": `<N>` in groups of three digits, all but the last behind an `x`;
// `.p/<W>` behind a tile that is not full.

import { tileWidth } from './tiles.ts'

/** A tile or bundle of a level, by its place and by how many hashes or entries of it are meant. */
export interface TileName {
  readonly n: number
  /** 1 to 256; 256 is the full one. */
  readonly width: number
}

/** Write a name: tile 1234067 as `x001/x234/067`, its first 44 hashes as `x001/x234/067.p/44`. */
export function formatTileName({ n, width }: TileName): string {
  const digits = String(n)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  const path = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/')
  return width === tileWidth ? path : `${path}.p/${width}`
}

/** Read a name. Returns null for anything that formatTileName would not have written. ATTACKER: anybody. */
export function parseTileName(text: string): TileName | null {
  const [, path, widthText] = /^((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(text) ?? []
  if (path === undefined) return null
  const name = { n: Number(path.replaceAll(/[x/]/g, '')), width: Number(widthText ?? tileWidth) }
  const isTile = Number.isSafeInteger(name.n) && name.width <= tileWidth
  return isTile && formatTileName(name) === text ? name : null
}

/** Read the level of a tile, 0 to 63. Returns null for anything else. */
export function parseTileLevel(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) && Number(text) <= 63 ? Number(text) : null
}
