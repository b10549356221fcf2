import { paymentStopSchemas } from '@holdfast/payment-stop/json-schemas'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { SchemaNode } from '../describe-fields.ts'
import { shareFields } from '../share-fields.ts'

const text: SchemaNode = { type: 'string', description: 'A text' }
const number: SchemaNode = { type: 'integer', description: 'A number' }
const objectOf = (properties: Record<string, SchemaNode>): SchemaNode => ({ properties })

test('a field that occurs twice is defined once under its name, and a field that occurs once stays', () => {
  const schema = objectOf({ one: objectOf({ name: text }), other: objectOf({ name: text, size: number }) })
  expect(shareFields(schema)).toEqual({
    properties: {
      one: { properties: { name: { $ref: '#/$defs/name' } } },
      other: { properties: { name: { $ref: '#/$defs/name' }, size: number } },
    },
    $defs: { name: text },
  })
})

test('different fields of one name have their own definitions', () => {
  const schema = { oneOf: [text, number, text, number].map(name => objectOf({ name })) }
  const shared = shareFields(schema)
  expect(shared.oneOf?.map(each => each.properties?.name?.$ref)).toEqual(['#/$defs/name', '#/$defs/name2', '#/$defs/name', '#/$defs/name2'])
  expect(shared.$defs).toEqual({ name: text, name2: number })
})

test('a field that occurs only inside a shared field is defined inside it', () => {
  const party = objectOf({ account: objectOf({ number: text }) })
  expect(shareFields({ oneOf: [objectOf({ party }), objectOf({ party })] }).$defs).toEqual({ party })
})

test('the data of an event is not moved', () => {
  const event = objectOf({ data: objectOf({ name: text }) })
  expect(shareFields({ oneOf: [event, event] })).toEqual({
    oneOf: [event, event].map(() => objectOf({ data: objectOf({ name: { $ref: '#/$defs/name' } }) })),
    $defs: { name: text },
  })
})

describe('with each reference replaced by its definition', () => {
  const inlined = (node: unknown, $defs: Record<string, SchemaNode>): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node)) return node.map(each => inlined(each, $defs))
    if ('$ref' in node) return inlined($defs[String(node.$ref).slice('#/$defs/'.length)], $defs)
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(value, $defs)]))
  }

  test.each([
    ['command', paymentStopSchemas.accepted.command],
    ['fact', paymentStopSchemas.sent.fact],
    ['shown request', paymentStopSchemas.responses['shown-request'][0]],
  ])('the schema of a %s is unchanged', (_name, source) => {
    const schema = z.toJSONSchema(source, { io: 'input' }) as SchemaNode
    const { $defs = {}, ...shared } = shareFields(schema)
    expect(Object.keys($defs).length).toBeGreaterThan(5)
    expect(inlined(shared, $defs)).toEqual(JSON.parse(JSON.stringify(schema)))
  })
})
