import { lookup as osLookup, Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whom webhooks may reach: the public network alone, or any. */
export type Reach = 'public' | 'anywhere'

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** Thrown for an address that must not be connected to. */
export class UnreachableAddressError extends Error {
  override readonly name = 'UnreachableAddressError'
}

/** Public by its number, yet answered by the machine's own host: Azure's. The others' (169.254.169.254, 100.100.100.200, fd00:ec2::254, 192.0.0.192) are in ranges that are no public ones. */
const metadataAddresses: ReadonlySet<string> = new Set(['168.63.129.16'])

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Whether an address is one of the public network, and not of this machine, its neighbours, or a group. What can't be read is not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.kind() === 'ipv4') return isPublicIPv4(parsed as ipaddr.IPv4)
  const ipv6 = parsed as ipaddr.IPv6
  if (ipv6.isIPv4MappedAddress()) return isPublicIPv4(ipv6.toIPv4Address())
  // How an IPv6-only network reaches IPv4: what counts is the address within.
  if (ipv6.match(nat64)) return isPublicIPv4(ipaddr.fromByteArray(ipv6.toByteArray().slice(12)) as ipaddr.IPv4)
  // Beside the ranges that have names, much of IPv6 is no network at all, such as ::127.0.0.1.
  return ipv6.match(globalUnicast) && ipv6.range() === 'unicast'
}

const isPublicIPv4 = (address: ipaddr.IPv4) => address.range() === 'unicast' && !metadataAddresses.has(address.toString())

/** Throws UnreachableAddressError for a host that is an address and must not be connected to: for those no connection asks `lookup`. */
export function assertReachable(host: string, reach: Reach): void {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address)) assertAddress(address, reach)
}

function assertAddress(address: string, reach: Reach): void {
  if (reach === 'public' && !isPublicAddress(address))
    throw new UnreachableAddressError(`${address} is no public address, and HOLDFAST_WEBHOOKS_PRIVATE does not allow others`)
}

/**
 * A `lookup` for connections: they go to the very addresses that were checked, so a name that resolves differently a moment later changes nothing. One address that is not
 * allowed refuses them all: a name that is partly public is a trick or a mistake.
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
 * Asks the name servers without a thread. `getaddrinfo` takes one of Node's four for as long as a name server is silent, so that a few endpoints whose names can't be resolved
 * would hold up every other; it is asked only for names that no server knows, which may be in the hosts file.
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
