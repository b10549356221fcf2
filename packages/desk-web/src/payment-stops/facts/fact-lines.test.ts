import { expect, test } from 'vitest'
import { factsFileName } from './fact-lines.ts'

test.each([
  ['SG-4741', 'SG-4741.jsonl'],
  ['SPF/2024 № 7', 'SG-SPF_2024___7.jsonl'],
  ['../../etc', 'SG-______etc.jsonl'],
])('the facts of case %s are in a file %s', (reference, name) => expect(factsFileName('SG', reference)).toBe(name))
