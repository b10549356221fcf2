import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestBytesWith, digestWith } from './engine-secret.ts'

test('a digest with a key is the HMAC that Node makes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
      (bytes, parts) => {
        const key = Buffer.from(bytes)
        const made = createHmac('sha256', key).update(parts.join('\u001f')).digest('hex')
        expect([digestWith(key, ...parts), digestBytesWith(key, ...parts).toString('hex')]).toEqual([made, made])
      },
    ),
  )
})

test('also of a text of any length, one after the other with the same key', () => {
  const key = Buffer.alloc(32, 7)
  for (const length of [1, 999, 1_000, 1_001, 5_000, 1])
    for (const letter of ['a', 'é', '字', '🦊'.slice(0, 1)]) {
      const text = letter.repeat(length)
      expect(digestWith(key, text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
      expect(digestBytesWith(key, text)).toEqual(createHmac('sha256', key).update(text).digest())
    }
})
