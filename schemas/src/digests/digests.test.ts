import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ofNode from './of-node.ts'
import * as portable from './portable.ts'

// Texts of every length around a block of the digest, also with half a surrogate pair, which has no UTF-8.
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: fc.constantFrom('a', 'é', '𝕏', '\ud800') }))

test('a browser computes the same digests as Node', () => {
  fc.assert(
    fc.property(text, fc.uint8Array({ minLength: 16, maxLength: 16 }), (name, namespace) => {
      expect(portable.sha256Of(name)).toBe(ofNode.sha256Of(name))
      expect(portable.sha1OfName(namespace, name)).toBe(ofNode.sha1OfName(namespace, name))
    }),
    { numRuns: 1_000, seed: 20240723 },
  )
})

test('the digests are those of the standards (FIPS 180-4)', () => {
  for (const { sha256Of, sha1OfName } of [ofNode, portable]) {
    expect(sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(sha1OfName(new Uint8Array(), 'abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  }
})
