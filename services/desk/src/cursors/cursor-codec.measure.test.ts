import { createCipheriv, randomBytes } from 'node:crypto'

import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { createEngineSecret } from '@holdfast/trust'
import { test } from 'vitest'
import { createCursorCodec } from './cursor-codec.ts'
import { beginning, positionNumbers } from './stream-position.ts'

test('a cursor is encrypted in little more than the time of its AES-256-GCM', async () => {
  const cursors = createCursorCodec(createEngineSecret(Buffer.alloc(32, 1)))
  const numbers = positionNumbers(beginning, 4)
  const key = randomBytes(32)
  const plain = randomBytes(numbers.length * 8)
  const times = () =>
    medianTimesMs(15, {
      cursor: () => {
        for (let turn = 0; turn < 1_000; turn++) cursors.encode('SG', 'stream', numbers)
      },
      cipher: () => {
        for (let turn = 0; turn < 1_000; turn++) {
          const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
          cipher.update(plain)
          cipher.final()
        }
      },
    })
  await expectRatio('1,000 cursors to 1,000 times their AES-256-GCM', { max: 4 }, async () => {
    const { cursor, cipher } = await times()
    return { value: cursor, against: cipher, unit: 'ms' }
  })
})
