import ipaddr from 'ipaddr.js'

/**
 * The block of one subscriber: an IPv4 address, or an IPv6 network of 64 bits, whose addresses cost nothing. An IPv4
 * address in IPv6 form counts as the IPv4 address.
 */
export function blockOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`)}/64` : parsed.toString()
}
