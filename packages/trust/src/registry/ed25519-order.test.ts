import { expect, test } from 'vitest'
import { hasSmallOrder, isCanonicalPoint } from './ed25519-order.ts'
import { makeKey } from './make-key.ts'

test('keys that were made have no small order', () => {
  for (let nth = 0; nth < 50; nth++) expect(hasSmallOrder(Buffer.from(makeKey('k').publicKey.x, 'base64url'))).toBe(false)
})

test.each([
  ['the neutral point', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['one of order two', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['one of order four', '0000000000000000000000000000000000000000000000000000000000000000'],
  ['the other one of order four', '0000000000000000000000000000000000000000000000000000000000000080'],
  ['one of order eight', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['another one of order eight', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['the neutral point, written in another way', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
])('%s has', (_what, hex) => {
  expect(hasSmallOrder(Buffer.from(hex, 'hex'))).toBe(true)
})

test('a point has one canonical encoding, and a key that was made has it', () => {
  // y = 3, and the same y written as p + 3.
  const written = ['03'.padEnd(64, '0'), `f0${'ff'.repeat(30)}7f`].map(hex => Buffer.from(hex, 'hex'))
  expect(written.map(isCanonicalPoint)).toEqual([true, false])
  for (let nth = 0; nth < 50; nth++) expect(isCanonicalPoint(Buffer.from(makeKey('k').publicKey.x, 'base64url'))).toBe(true)
})
