import { commandBodies, freezeRequestSchema } from '@holdfast/payment-stop/language'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { problemCodeNames } from './problem-codes.ts'
import { parseJson, parseWith } from './problems.ts'
import { nameSchema } from './texts/characters.ts'

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

test('the length of a path is limited', () => {
  const parsed = parseWith(z.strictObject({}), { ['p'.repeat(500_000)]: 1 })
  expect(parsed.ok ? [] : parsed.error.map(problem => problem.path)).toEqual([`/${'p'.repeat(499)}…`])
})

describe('a problem', () => {
  const schema = z.strictObject({
    name: z.string().min(2).max(3).regex(/^a/).optional(),
    kind: z.enum(['order', 'notification']).optional(),
    count: z.int().min(1).max(9).optional(),
    list: z.array(z.int()).max(1).optional(),
    when: z.iso.datetime().optional(),
    needed: z.literal('yes'),
    either: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]).optional(),
    own: z
      .string()
      .refine(text => text === 'x', 'must be x')
      .optional(),
  })
  const problemOf = (value: object) => {
    const parsed = parseWith(schema, { needed: 'yes', ...value })
    return parsed.ok ? [] : parsed.error.map(({ code, path, message }) => [code, path, message])
  }

  test.each([
    [{ needed: undefined }, ['MISSING', '/needed', 'is missing']],
    [{ needed: 'no' }, ['NOT_ONE_OF', '/needed', 'must be yes']],
    [{ kind: 'x' }, ['NOT_ONE_OF', '/kind', 'must be one of order, notification']],
    [{ name: 7 }, ['WRONG_TYPE', '/name', 'must be text']],
    [{ name: 'a' }, ['TOO_SHORT', '/name', 'must have at least 2 characters']],
    [{ name: 'abcd' }, ['TOO_LONG', '/name', 'must have at most 3 characters']],
    [{ name: 'bb' }, ['BAD_FORMAT', '/name', 'must have the form that its schema describes']],
    [{ count: 0 }, ['TOO_SMALL', '/count', 'must be at least 1']],
    [{ count: 10 }, ['TOO_LARGE', '/count', 'must be at most 9']],
    [{ list: [1, 2] }, ['TOO_MANY', '/list', 'must have at most 1 elements']],
    [{ when: 'today' }, ['BAD_FORMAT', '/when', 'must be an instant with its offset, such as 2024-07-23T10:20:00+08:00']],
    [{ either: { c: 1 } }, ['NO_VARIANT', '/either', 'matches none of the accepted forms']],
    [{ other: 1 }, ['UNKNOWN', '/other', 'this property is not known here']],
    [{ own: 'y' }, ['RULE', '/own', 'must be x']],
  ])('of %j has a code and a sentence of the engine', (value, problem) => {
    expect(problemOf(value)).toEqual([problem])
  })

  test('of a character has its own code', () => {
    const parsed = parseWith(z.strictObject({ name: nameSchema(35) }), { name: 'A\u200bna' })
    expect(parsed.ok ? [] : parsed.error).toMatchObject([{ code: 'BAD_CHARACTERS', path: '/name' }])
  })
})

test('no problem has a default message of zod', () => {
  const broken = [null, 1, 'x', [], {}, { a: 1 }, { victim: 1, payment: { amount: { currency: 1, value: 1 }, rail: 'x' } }]
  for (const value of broken)
    for (const schema of [freezeRequestSchema, ...Object.values(commandBodies)]) {
      const parsed = parseWith<z.ZodType>(schema, value)
      for (const { code, message } of parsed.ok ? [] : parsed.error) {
        expect(problemCodeNames).toContain(code)
        expect(message).not.toMatch(/^(Invalid|Too (big|small)|Unrecognized|Expected|Required)/)
      }
    }
})
