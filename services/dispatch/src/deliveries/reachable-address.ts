import { lookup as osLookup, Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Which addresses webhooks may reach: the public network only, or any. */
export type Reach = 'public' | 'anywhere'

/** Returns all addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** Thrown for an address to which the engine must not connect. */
export class UnreachableAddressError extends Error {
  override readonly name = 'UnreachableAddressError'
}

/**
 * Azure's metadata address is public by its number, but local to the machine. Those of other clouds (169.254.169.254,
 * 100.100.100.200, fd00:ec2::254, 192.0.0.192) are in non-public ranges.
 */
const metadataAddresses: ReadonlySet<string> = new Set(['168.63.129.16'])

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * Whether an address is in the public network: neither this machine, nor its neighbours, nor multicast. False if it
 * cannot be parsed.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.kind() === 'ipv4') return isPublicIPv4(parsed as ipaddr.IPv4)
  const ipv6 = parsed as ipaddr.IPv6
  if (ipv6.isIPv4MappedAddress()) return isPublicIPv4(ipv6.toIPv4Address())
  // NAT64: how an IPv6-only network reaches IPv4. The embedded address counts.
  if (ipv6.match(nat64)) return isPublicIPv4(ipaddr.fromByteArray(ipv6.toByteArray().slice(12)) as ipaddr.IPv4)
  // Besides the named ranges, much of IPv6 is not routed at all, such as ::127.0.0.1.
  return ipv6.match(globalUnicast) && ipv6.range() === 'unicast'
}

const isPublicIPv4 = (address: ipaddr.IPv4) => address.range() === 'unicast' && !metadataAddresses.has(address.toString())

/** Throws UnreachableAddressError for a host that is a forbidden address: Node does not call `lookup` for addresses. */
export function assertReachable(host: string, reach: Reach): void {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address)) assertAddress(address, reach)
}

function assertAddress(address: string, reach: Reach): void {
  if (reach === 'public' && !isPublicAddress(address))
    throw new UnreachableAddressError(`${address} is no public address, and HOLDFAST_WEBHOOKS_PRIVATE does not allow others`)
}

/**
 * A `lookup` for connections. They use exactly the verified addresses, so that a later change of the name's resolution
 * has no effect. One forbidden address rejects the name: a partly public name is an attack or a mistake.
 */
export function createReachableLookup(reach: Reach, resolve: Resolve): LookupFunction {
  async function addressesOf(host: string): Promise<{ address: string; family: number }[]> {
    const addresses = await resolve(host)
    for (const address of addresses) assertAddress(address, reach)
    if (addresses.length === 0) throw new Error(`${host} has no address`)
    return addresses.map(address => ({ address, family: isIP(address) }))
  }
  return (host, options, callback) => {
    addressesOf(host).then(
      addresses => (options.all ? callback(null, addresses) : callback(null, addresses[0]?.address ?? '', addresses[0]?.family)),
      error => callback(error as NodeJS.ErrnoException, ''),
    )
  }
}

const resolveTimeoutMs = 2_000

/**
 * Queries the name servers without a thread. `getaddrinfo` blocks one of Node's four threads while a name server is
 * silent, so a few unresolvable endpoints would delay all others. It is used only for names that no server knows, which
 * may be in the hosts file.
 */
export const resolveHost: Resolve = async host => {
  const resolver = new Resolver({ timeout: resolveTimeoutMs, tries: 2 })
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const addresses = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
  if (addresses.length > 0) return addresses
  const silent = answers.find(answer => answer.status === 'rejected' && !noSuchName.has(answer.reason.code))
  if (silent?.status === 'rejected') throw silent.reason
  return (await osLookup(host, { all: true })).map(({ address }) => address)
}

const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])
