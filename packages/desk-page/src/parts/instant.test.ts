import { expect, test } from 'vitest'
import { utcText } from './instant.tsx'

test.each([
  ['2024-07-23T02:25:00.000Z', '2024-07-23 02:25:00 UTC'],
  ['2024-07-23T10:25:00.120+08:00', '2024-07-23 02:25:00.120 UTC'],
])('%s is %s', (at, text) => expect(utcText(new Date(at))).toBe(text))
