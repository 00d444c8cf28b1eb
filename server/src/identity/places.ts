// Where a request comes from, by the networks that the configuration names. An address that no network holds is nowhere,
// which policies read as outside.

import { BlockList, isIP, isIPv4 } from 'node:net'
import { Problem } from '@sallyport/protocol'
import type { Place } from '../policy/index.ts'

export interface NetworkRules {
  /** The first that holds an address names it. */
  readonly places: readonly {
    readonly name: string
    readonly cidr: readonly string[]
    readonly country: string | null
  }[]
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export interface Places {
  /**
   * Find the place of a request by the connection's address and its X-Forwarded-For.
   * Both members are null where no configured network holds the address, or where a trusted proxy names none. Throws Problem
   * `invalid-request` where there is no address: whoever asked has gone. That is no place, and nothing may be concluded from it.
   */
  readonly placeOf: (remoteAddress: string | undefined, forwardedFor: string | undefined) => Place
  /** The address itself, without the proxies on the way; null when it cannot be told. */
  readonly addressOf: (remoteAddress: string | undefined, forwardedFor: string | undefined) => string | null
}

const nowhere: Place = { name: null, country: null }

/** Read the networks. Throws Problem `invalid-request` for a range that is not a CIDR. */
export function makePlaces(rules: NetworkRules): Places {
  const proxies = rangesOf(rules.trustedProxies)
  const places = rules.places.map(({ name, country, cidr }) => ({ place: { name, country }, ranges: rangesOf(cidr) }))

  const addressOf: Places['addressOf'] = (remoteAddress, forwardedFor) => {
    let address = parseAddress(remoteAddress ?? '')
    // ATTACKER: what stands left of the first address that is not a trusted proxy's was written by the caller.
    const hops = forwardedFor === undefined ? [] : forwardedFor.split(',')
    while (address !== null && holds(proxies, address) && hops.length > 0) {
      address = parseAddress(hops.pop() ?? '')
    }
    return address
  }
  return {
    addressOf,
    placeOf(remoteAddress, forwardedFor) {
      if (remoteAddress === undefined)
        throw new Problem('invalid-request', 'cannot answer: the connection has ended, want one that is still there')
      const address = addressOf(remoteAddress, forwardedFor)
      if (address === null) return nowhere
      return places.find(({ ranges }) => holds(ranges, address))?.place ?? nowhere
    },
  }
}

function holds(ranges: BlockList, address: string): boolean {
  return ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

function rangesOf(cidrs: readonly string[]): BlockList {
  const ranges = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', bits = '', ...rest] = cidr.split('/')
    const family = isIP(network)
    const prefix = Number(bits)
    const isRange = family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && prefix <= (family === 4 ? 32 : 128)
    if (!isRange || network.includes('%')) {
      throw new Problem(
        'invalid-request',
        `cannot read network ${cidr}: it is not a range, want CIDR such as 10.1.0.0/16`,
      )
    }
    ranges.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
  return ranges
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Read an address as sockets and proxies write it: with a port, in brackets, with a zone, IPv4 inside IPv6. */
function parseAddress(text: string): string | null {
  const trimmed = text.trim()
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed
  const address = bare.replace(/%.*$/, '')
  const inner = mapped.exec(address)?.[1] ?? address
  return isIP(inner) === 0 ? null : inner
}
