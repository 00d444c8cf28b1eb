// Names that others chose, made safe: to print (a terminal obeys control characters, and bidirectional marks show one name
// as another) and to write to (a name is not a path).

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

/** Write every character that a terminal could obey, or that shows nothing, as its escape `\u{...}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
}

/** Write JSON whose text is safe on a terminal and still means the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => {
      return `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}

/** Write an operand as it is typed into a shell, which reads no name of a file as anything else. */
export function typed(operand: string): string {
  return /^[\w@%+=:,./-]+$/.test(operand) ? operand : `'${operand.replaceAll("'", "'\\''")}'`
}

/** Names that Windows takes for devices, with or without an extension. */
const device = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(\.|$)/i

/**
 * Make of a name that came from outside the name of one file in one folder, on every system: the last part of a path,
 * without characters that any system reserves, at most 200 bytes of UTF-8, never empty, a dot file or a device.
 * ATTACKER: the name was chosen by whoever protected the file.
 */
export function localName(name: string): string {
  const last =
    name
      .toWellFormed()
      .split(/[/\\]/)
      .findLast((part) => part !== '') ?? ''
  const plain = last
    .replace(unprintable, '_')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const named = plain === '' ? 'file' : device.test(plain) ? `_${plain}` : plain
  return shortened(named)
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= 200) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : ''
  let stem = ''
  for (const character of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + character + extension) > 200) break
    stem += character
  }
  return stem + extension
}
