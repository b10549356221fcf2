import { describe, expect, test } from 'vitest'
import { assertReachable, createReachableLookup, isPublicAddress, type Reach, resolveHost } from './reachable-address.ts'

describe('an address is in the public network', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '193.0.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s', address => {
    expect(isPublicAddress(address)).toBe(true)
  })

  test.each([
    ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::', '0.1.2.3'],
    ['a private network', '10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.1.1', 'fd00::1', 'fc00::1', 'fec0::1'],
    ['the local link', '169.254.1.1', 'fe80::1', 'fe80::1%eth0'],
    ['a cloud’s metadata service', '169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254'],
    ['a carrier’s network', '100.64.0.1', '100.127.255.254'],
    ['a multicast group', '224.0.0.1', '239.255.255.255', 'ff02::1', '255.255.255.255'],
    [
      'a reserved or documentation network',
      '240.0.0.1',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.1',
      '198.18.0.1',
      '2001:db8::1',
      '100::1',
      '4000::1',
    ],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b:1::8.8.8.8'],
    ['a tunnel', '2002:7f00:1::', '2001::1'],
    ['an unreadable text', '', 'bank.example', '1.2.3.4.5', '::g'],
  ])('unless it is of %s', (_whose, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })

  test('by its embedded address, if IPv6 carries IPv4', () => {
    expect(['64:ff9b::8.8.8.8', '::ffff:8.8.8.8'].map(isPublicAddress)).toEqual([true, true])
  })
})

describe('a host that is an address', () => {
  const hostOf = (url: string) => new URL(url).hostname

  test.each(['http://127.1/', 'http://2130706433/', 'http://0x7f.0.0.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/'])(
    'is refused in any notation: %s',
    url => {
      expect(() => assertReachable(hostOf(url), 'public')).toThrow('is no public address')
    },
  )

  test('is accepted if it is public, or if any is allowed', () => {
    assertReachable(hostOf('https://8.8.8.8/'), 'public')
    assertReachable(hostOf('http://127.0.0.1/'), 'anywhere')
    assertReachable('bank.example', 'public')
  })
})

describe('a name', () => {
  const lookUp = (addresses: readonly string[], reach: Reach = 'public') =>
    new Promise((resolve, reject) => {
      createReachableLookup(reach, async () => addresses)('bank.example', { all: true }, (error, found) =>
        error ? reject(error) : resolve(found),
      )
    })

  test('resolves to all of its addresses', async () => {
    expect(await lookUp(['8.8.8.8', '2606:4700::1111'])).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
  })

  test('does not resolve if one of them is not public', async () => {
    await expect(lookUp(['8.8.8.8', '10.0.0.1'])).rejects.toThrow('10.0.0.1 is no public address')
    expect(await lookUp(['10.0.0.1'], 'anywhere')).toEqual([{ address: '10.0.0.1', family: 4 }])
  })

  test('without an address does not resolve', async () => {
    await expect(lookUp([])).rejects.toThrow('bank.example has no address')
  })

  test('that is only in the hosts file resolves', async () => {
    expect(await resolveHost('localhost')).toContain('127.0.0.1')
  })
})
