import { readFileSync } from 'node:fs'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eachField, hasOwnExample } from '../describe-fields.ts'
import { jsonSchemas } from '../json-schemas.ts'

const schemas = jsonSchemas()
const read = (name: string) => JSON.parse(schemas.get(`${name}.schema.json`) ?? '{}')
const validatorOf = (name: string) => formats.default(new Ajv2020({ allErrors: true })).compile(read(name))

test('the same sources give the same bytes', () => {
  expect(jsonSchemas()).toEqual(schemas)
})

test('each schema is published under its own name', () => {
  for (const [file, text] of schemas) expect(JSON.parse(text).$id).toBe(`urn:holdfast:schema:${file.replace('.schema.json', '')}:v1`)
})

const taken = ['answer', 'command', 'freeze-request', 'request']
const said = [...schemas.keys()].map(file => file.replace('.schema.json', '')).filter(name => !taken.includes(name))

test('what is said has a schema: records, receipts, views, problems, outcomes, lines of proof, and facts that were erased', () => {
  expect(said).toEqual(
    expect.arrayContaining([
      ...['receipt', 'answer-receipt', 'problem', 'command-outcome', 'outcome', 'request-view', 'shown-request', 'request-list'],
      ...['history-page', 'alert-page', 'order-list', 'checkpoint-proof', 'export-proof', 'erased-fact', 'fact', 'order', 'notice'],
    ]),
  )
})

test.each(said)('a member that is added to %s breaks no reader', name => {
  expect(schemas.get(`${name}.schema.json`)).not.toContain('"additionalProperties": false')
})

test.each(taken)('a member of %s that is misspelt is refused', name => {
  expect(schemas.get(`${name}.schema.json`)).toContain('"additionalProperties": false')
})

const ajv = formats.default(new Ajv2020({ strict: false }))
/** Most fields stand in many schemas. */
const checked = new Set<string>()

test.each([...schemas.keys()])('every field of %s is described, by an example too that it may hold', file => {
  eachField(JSON.parse(schemas.get(file) ?? '{}'), (field, node) => {
    expect([field, node.description]).toEqual([field, expect.stringMatching(/./)])
    if (!hasOwnExample(node)) return
    const text = JSON.stringify(node)
    if (checked.has(text)) return
    checked.add(text)
    expect([field, node.examples]).toEqual([field, [expect.anything()]])
    expect([field, node.examples, ajv.validate(node, node.examples?.[0])]).toEqual([field, node.examples, true])
  })
})

test.each([...schemas.keys()])('%s can be used by another implementation of JSON Schema 2020-12', file => {
  expect(validatorOf(file.replace('.schema.json', ''))).toBeTypeOf('function')
})

test.each([
  ['words are sealed, as it is stored', 'sealed-fact'],
  ['words are sealed, as it is given to who may read them', 'fact'],
  ['words are sealed and their key is destroyed, as it is given', 'erased-fact'],
  ['who acts is sealed, as it is given to who may know', 'fact'],
])('a fact of which %s is one of %s', (name, schema) => {
  const path = new URL('../../docs/vectors/facts.json', import.meta.url)
  const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: { name: string; input: { event: unknown } }[] }
  const validate = validatorOf(schema)
  expect(validate(vectors.find(vector => vector.name === name)?.input.event) ? [] : validate.errors).toEqual([])
})

describe('another implementation', () => {
  const validate = validatorOf('freeze-request')

  test('takes every request that is taken here', () => {
    fc.assert(
      fc.property(requestArbitrary, request => {
        expect(validate(request) ? [] : validate.errors).toEqual([])
      }),
      { seed: 20240723 },
    )
  })

  test('refuses what is refused here', () => {
    const request = buildRequest()
    expect(validate({ ...request, colour: 'red' })).toBe(false)
    expect(validate({ ...request, reason: 'FRAUD' })).toBe(false)
    expect(validate({ ...request, payment: { ...request.payment, amount: { currency: 'USD', value: 42300000 } } })).toBe(false)
  })
})
