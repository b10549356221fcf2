import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonSchemas } from '../json-schemas.ts'

const schemas = jsonSchemas()
const read = (name: string) => JSON.parse(schemas.get(`${name}.schema.json`) ?? '{}')
const validatorOf = (name: string) => formats.default(new Ajv2020({ allErrors: true })).compile(read(name))

test('the same sources give the same bytes', () => {
  expect(jsonSchemas()).toEqual(schemas)
})

test('each schema is published under its own name', () => {
  const ids = [...schemas.values()].map(text => JSON.parse(text).$id)
  expect(ids.sort()).toEqual(
    [
      ...[
        'answer',
        'bank-message',
        'checkpoint',
        'command',
        'dead-letter',
        'delivery',
        'dispatched',
        'fact',
        'freeze-request',
        'level',
        'notice',
        'order',
        'parked',
      ],
      ...['partitions', 'refusal', 'request', 'sealed-command', 'sealed-fact', 'sealed-work', 'status', 'work'],
    ].map(name => `urn:holdfast:schema:${name}:v1`),
  )
})

test.each([...schemas.keys()])('%s can be used by another implementation of JSON Schema 2020-12', file => {
  expect(validatorOf(file.replace('.schema.json', ''))).toBeTypeOf('function')
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
