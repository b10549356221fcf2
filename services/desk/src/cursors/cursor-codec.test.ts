import { createEngineSecret } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { createCursorCodec } from './cursor-codec.ts'
import { beginning, hashPrefixOf, positionAfter, positionNumbers, positionOf } from './stream-position.ts'

const secret = createEngineSecret(Buffer.alloc(32, 1))
const cursors = createCursorCodec(secret)

describe('a cursor', () => {
  test('can be decoded by any desk of the engine', () => {
    const position = positionAfter(
      { next: new Map([[1, 7]]), hashPrefixes: new Map([[1, 5]]) },
      { partition: 0, offset: 2 ** 40, hashPrefix: hashPrefixOf('f'.repeat(64)) },
    )
    const text = cursors.encode('SG', 'stream', positionNumbers(position, 3))
    const decoded = createCursorCodec(createEngineSecret(Buffer.alloc(32, 1))).decode('SG', 'stream', text)
    expect(decoded.ok && positionOf(decoded.value, 3)).toEqual({
      next: new Map([
        [0, 2 ** 40 + 1],
        [1, 7],
        [2, 0],
      ]),
      hashPrefixes: new Map([
        [0, hashPrefixOf('f'.repeat(64))],
        [1, 5],
      ]),
      last: position.last,
    })
  })

  test('of an earlier version can be decoded, and has the hash prefix of one partition only', () => {
    expect(positionOf([1, 6, 99, 4, 7, 2], 3)).toEqual({
      next: new Map([
        [0, 4],
        [1, 7],
        [2, 2],
      ]),
      hashPrefixes: new Map(),
      last: { partition: 1, offset: 6, hashPrefix: 99 },
    })
  })

  test('has one length and never the same text, at every position', () => {
    const texts = [0, 1, 119_000, 2 ** 45].map(next =>
      cursors.encode('SG', 'stream', positionNumbers({ ...beginning, next: new Map([[0, next]]) }, 1)),
    )
    const again = Array.from({ length: 100 }, () => cursors.encode('SG', 'stream', positionNumbers(beginning, 1)))
    expect(new Set([...texts, ...again].map(text => text.length)).size).toBe(1)
    expect(new Set([...texts, ...again]).size).toBe(104)
  })

  test('of another country, engine or kind, or with a changed bit, is unknown; any other text is malformed', () => {
    const text = cursors.encode('SG', 'stream', [1, 2, 3, 4])
    const codeOf = (decoded: ReturnType<typeof cursors.decode>) => (decoded.ok ? 'ok' : decoded.error.code)
    const changed = Buffer.from(text, 'base64url')
    changed[20] = (changed[20] ?? 0) ^ 1
    expect([
      codeOf(cursors.decode('SG', 'stream', text)),
      codeOf(cursors.decode('TL', 'stream', text)),
      codeOf(cursors.decode('SG', 'list', text)),
      codeOf(createCursorCodec(createEngineSecret(Buffer.alloc(32, 2))).decode('SG', 'stream', text)),
      codeOf(cursors.decode('SG', 'stream', changed.toString('base64url'))),
      codeOf(cursors.decode('SG', 'stream', `${text}AAAA`)),
    ]).toEqual(['ok', ...Array.from({ length: 5 }, () => 'POSITION_UNKNOWN')])
    for (const nonsense of ['', '0:12,1:7', 'yesterday', 'x'.repeat(7000), `${text}=`])
      expect(codeOf(cursors.decode('SG', 'stream', nonsense))).toBe('MALFORMED')
  })
})
