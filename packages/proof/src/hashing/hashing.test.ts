import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ofNode from './of-node.ts'
import * as portable from './portable.ts'

test('a browser computes the same digests as Node, of any parts', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), parts => {
      expect([...portable.sha256(...parts)]).toEqual([...ofNode.sha256(...parts)])
    }),
    { numRuns: 500, seed: 20240723 },
  )
})
