import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseJson, parseWith } from './problems.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('a JSON text', () => {
  test('is parsed', () => {
    expect(parseJson('{"a":[1,"x"]}')).toEqual({ ok: true, value: { a: [1, 'x'] } })
  })

  test('may be nested 32 levels deep and no deeper, in lists and objects alike', () => {
    expect(parseJson(nested(32)).ok).toBe(true)
    expect(parseJson(nested(33))).toMatchObject({ ok: false, error: [{ path: '' }] })
    expect(parseJson(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`).ok).toBe(false)
  })

  test('of a million brackets is refused before it is parsed', () => {
    expect(parseJson('['.repeat(1_000_000))).toMatchObject({ ok: false, error: [{ message: 'nested deeper than 32 levels' }] })
  })

  test('may hold any number of brackets in a string, after an escaped quotation mark too', () => {
    const text = JSON.stringify(`"\\${'['.repeat(100)}`)
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })

  test('may hold many values side by side', () => {
    expect(parseJson(`[${Array(1000).fill('[]').join(',')}]`).ok).toBe(true)
  })

  test.each(['', '{', 'undefined', "{'a':1}", '{"a":1}}'])('%s is not one', text => {
    expect(parseJson(text)).toMatchObject({ ok: false, error: [{ path: '' }] })
  })
})

test('a path is a JSON Pointer, with its escapes', () => {
  const schema = z.strictObject({ 'a/b': z.strictObject({ 'c~d': z.array(z.int()) }) })
  const parsed = parseWith(schema, { 'a/b': { 'c~d': [1, 'x'] } })
  expect(parsed.ok ? [] : parsed.error.map(problem => problem.path)).toEqual(['/a~1b/c~0d/1'])
})

test('a path does not grow with the document', () => {
  const parsed = parseWith(z.strictObject({}), { ['p'.repeat(500_000)]: 1 })
  expect(parsed.ok ? [] : parsed.error.map(problem => problem.path)).toEqual([`/${'p'.repeat(499)}…`])
})
