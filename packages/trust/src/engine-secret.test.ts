import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestBytesWith, digestWith } from './engine-secret.ts'

test('a digest with a key is the HMAC that Node makes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
      (bytes, parts) => {
        const key = Buffer.from(bytes)
        const made = createHmac('sha256', key).update(parts.join('\u001f')).digest('hex')
        expect([digestWith(key, ...parts), digestBytesWith(key, ...parts).toString('hex')]).toEqual([made, made])
      },
    ),
  )
})
