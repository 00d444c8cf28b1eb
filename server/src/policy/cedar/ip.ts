// Cedar's ipaddr: an IPv4 or IPv6 address with a prefix length. The address keeps its host bits: 10.0.0.1/8 and 10.0.0.0/8
// are different values that span the same range.

import { ExtensionValue } from './values.ts'

const maxText = 43

export class IpAddress extends ExtensionValue {
  readonly version: 4 | 6
  readonly address: bigint
  readonly prefix: number

  constructor(version: 4 | 6, address: bigint, prefix: number) {
    super()
    this.version = version
    this.address = address
    this.prefix = prefix
  }

  override equals(other: ExtensionValue): boolean {
    return (
      other instanceof IpAddress &&
      other.version === this.version &&
      other.address === this.address &&
      other.prefix === this.prefix
    )
  }

  /** Whether all of this range lies in the other. */
  isInRange(other: IpAddress): boolean {
    if (this.version !== other.version || this.prefix < other.prefix) return false
    const shift = BigInt(width(this.version) - other.prefix)
    return this.address >> shift === other.address >> shift
  }

  isLoopback(): boolean {
    return this.version === 4 ? this.isInRange(loopback4) : this.isInRange(loopback6)
  }

  isMulticast(): boolean {
    return this.version === 4 ? this.isInRange(multicast4) : this.isInRange(multicast6)
  }

  override toString(): string {
    const size = this.version === 4 ? 8n : 16n
    const groups = Array.from(
      { length: this.version === 4 ? 4 : 8 },
      (_, at) => (this.address >> (BigInt(at) * size)) & ((1n << size) - 1n),
    )
    const text = groups.reverse().map((group) => group.toString(this.version === 4 ? 10 : 16))
    return `ip("${text.join(this.version === 4 ? '.' : ':')}/${this.prefix}")`
  }
}

const loopback4 = new IpAddress(4, 127n << 24n, 8)
const loopback6 = new IpAddress(6, 1n, 128)
const multicast4 = new IpAddress(4, 224n << 24n, 4)
const multicast6 = new IpAddress(6, 0xffn << 120n, 8)

/** Read an address or a range in CIDR form; null when the text is neither. */
export function parseIp(text: string): IpAddress | null {
  if (text.length > maxText) return null
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const version = address.includes(':') ? 6 : 4
  const bits = version === 4 ? parseV4(address) : parseV6(address)
  const prefix = slash < 0 ? width(version) : parsePrefix(text.slice(slash + 1), width(version))
  return bits === null || prefix === null ? null : new IpAddress(version, bits, prefix)
}

function width(version: 4 | 6): number {
  return version === 4 ? 32 : 128
}

function parsePrefix(text: string, max: number): number | null {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= max ? Number(text) : null
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return null
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const given = head.length + (tail?.length ?? 0)
  // The gap stands for at least one group.
  if (tail === undefined ? given !== 8 : given > 7) return null
  const groups = [...head, ...Array.from({ length: 8 - given }, () => '0'), ...(tail ?? [])]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}
