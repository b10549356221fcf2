import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { murmur2 } from './murmur2.ts'

const byKafkajs = createRequire(import.meta.url)('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number

test('a key has the hash that Kafka’s own clients give it', () => {
  // From the tests of Kafka: UtilsTest.testMurmur2.
  const known = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, abc: 479470107 }
  expect(Object.fromEntries(Object.keys(known).map(key => [key, murmur2(Buffer.from(key))]))).toEqual(known)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), bytes => {
      expect(murmur2(Buffer.from(bytes))).toBe(byKafkajs(Buffer.from(bytes)))
    }),
    { seed: 20261129, numRuns: 2_000 },
  )
})
