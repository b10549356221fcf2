import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ofNode from './of-node.ts'
import * as portable from './portable.ts'

test('a browser signs like Node, and both accept and refuse the same signatures', async () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
  await fc.assert(
    fc.asyncProperty(seed, fc.uint8Array({ maxLength: 100 }), fc.nat(63), async (bytes, message, at) => {
      const [here, there] = [await ofNode.ed25519Of(bytes), await portable.ed25519Of(bytes)]
      expect([...there.publicKey]).toEqual([...here.publicKey])
      const signature = await here.sign(message)
      expect([...(await there.sign(message))]).toEqual([...signature])
      const wrong = signature.map((byte, i) => (i === at ? byte ^ 1 : byte))
      for (const { isEd25519Signature } of [ofNode, portable]) {
        expect(await isEd25519Signature(here.publicKey, signature, message)).toBe(true)
        expect(await isEd25519Signature(here.publicKey, wrong, message)).toBe(false)
        expect(await isEd25519Signature(here.publicKey.subarray(1), signature, message)).toBe(false)
      }
    }),
    { numRuns: 50, seed: 20240723 },
  )
})
