import { readFileSync } from 'node:fs'
import { commandExamples, commandKinds, commandSchema, factSchema, freezeRequestSchema } from '@holdfast/payment-stop/language'
import { eachField, hasOwnExample, type SchemaNode } from '@holdfast/schemas/json-schemas'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonSchemas } from './json-schemas.ts'

const schemas = jsonSchemas()
const read = (name: string) => JSON.parse(schemas.get(`${name}.schema.json`) ?? '{}')
const { vectors: factVectors } = JSON.parse(readFileSync(new URL('../../../docs/vectors/facts.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly { readonly name: string; readonly input: { readonly event: unknown } }[]
}
const validators = new Map<string, ValidateFunction>()
function validatorOf(name: string): ValidateFunction {
  const made = validators.get(name) ?? formats.default(new Ajv2020({ allErrors: true })).compile(read(name))
  validators.set(name, made)
  return made
}

test('the same sources give the same bytes', () => {
  expect(jsonSchemas()).toEqual(schemas)
})

test('each schema is published under its own name, with a title and a description', () => {
  for (const [file, text] of schemas)
    expect(JSON.parse(text)).toMatchObject({
      $id: `urn:holdfast:schema:${file.replace('.schema.json', '')}:v1`,
      title: expect.any(String),
      description: expect.any(String),
    })
})

const taken = ['answer', 'command', 'freeze-request', 'request']
const said = [...schemas.keys()].map(file => file.replace('.schema.json', '')).filter(name => !taken.includes(name))

test('every output has a schema: records, receipts, views, problems, outcomes, proof lines, and erased facts', () => {
  expect(said).toEqual(
    expect.arrayContaining([
      ...['receipt', 'answer-receipt', 'problem', 'command-outcome', 'outcome', 'request-view', 'shown-request', 'request-list'],
      ...['history-page', 'alert-page', 'order-list', 'checkpoint-proof', 'export-proof', 'erased-fact', 'fact', 'order', 'notification'],
    ]),
  )
})

test.each(said)('a consumer accepts a member that is added to %s', name => {
  expect(schemas.get(`${name}.schema.json`)).not.toContain('"additionalProperties": false')
})

test.each(taken)('a misspelt member of %s is refused', name => {
  expect(schemas.get(`${name}.schema.json`)).toContain('"additionalProperties": false')
})

const ajv = formats.default(new Ajv2020({ strict: false }))
/** Most fields occur in many schemas. */
const checked = new Set<string>()

test.each([...schemas.keys()])('every field of %s has a description and a valid example', file => {
  const schema: SchemaNode = JSON.parse(schemas.get(file) ?? '{}')
  const definitions = Object.entries(schema.$defs ?? {})
  const references = new Map(definitions.map(([name, node]) => [`#/$defs/${name}`, node]))
  eachField(schema, (field, written) => {
    const node = (written.$ref !== undefined && references.get(written.$ref)) || written
    expect([field, node.description]).toEqual([field, expect.stringMatching(/./)])
    if (!hasOwnExample(node)) return
    const text = JSON.stringify(node)
    if (checked.has(text)) return
    checked.add(text)
    expect([field, node.examples]).toEqual([field, [expect.anything()]])
    expect([field, node.examples, ajv.validate(node, node.examples?.[0])]).toEqual([field, node.examples, true])
  })
})

test.each([...schemas.keys()])('another implementation of JSON Schema 2020-12 compiles %s', file => {
  expect(validatorOf(file.replace('.schema.json', ''))).toBeTypeOf('function')
})

test.each([
  ['encrypted as it is stored', 'encrypted-fact', 'words are encrypted, as it is stored'],
  ['decrypted for a reader with access', 'fact', 'words are encrypted, as it is given to who may read them'],
  ['erased', 'erased-fact', 'words are encrypted and their key is destroyed, as it is given'],
  ['with its actor decrypted for a reader with access', 'fact', 'the actor is decrypted for a reader with access'],
])('a fact %s matches the schema %s', (_title, schema, name) => {
  const validate = validatorOf(schema)
  expect(validate(factVectors.find(vector => vector.name === name)?.input.event) ? [] : validate.errors).toEqual([])
})

describe('another implementation', () => {
  const validate = validatorOf('freeze-request')

  test('accepts every request that the engine accepts', () => {
    fc.assert(
      fc.property(requestArbitrary, request => {
        expect(validate(request) ? [] : validate.errors).toEqual([])
      }),
      { seed: 20240723 },
    )
  })

  test('refuses what the engine refuses', () => {
    const request = buildRequest()
    expect(validate({ ...request, colour: 'red' })).toBe(false)
    expect(validate({ ...request, reason: 'FRAUD' })).toBe(false)
    expect(validate({ ...request, payment: { ...request.payment, amount: { currency: 'USD', value: 42300000 } } })).toBe(false)
  })
})

/** The document without each of its members in turn, and with a value of another type for each. */
function mutationsOf(document: unknown): unknown[] {
  if (typeof document !== 'object' || document === null) return []
  if (Array.isArray(document)) return document.flatMap((entry, index) => mutationsOf(entry).map(mutation => document.with(index, mutation)))
  return Object.entries(document).flatMap(([name, value]) => {
    const { [name]: _removed, ...without } = document as Record<string, unknown>
    return [
      without,
      ...[typeof value === 'object' ? 'text' : {}, ...mutationsOf(value)].map(mutation => ({ ...document, [name]: mutation })),
    ]
  })
}

describe('the published schema and its source agree on each example, also without a member or with a member of another type', () => {
  const envelope = { specversion: '1.0', id: 'c-1', source: '/ncb/sg', time: '2024-07-24T06:00:00.000Z', actor: 'SG/officer/a.tan' }
  const subject = '445a0189-a8e9-509e-8929-646bc5413012'
  const commands = commandKinds.flatMap(kind =>
    commandExamples[kind] ? [{ ...envelope, type: `holdfast.command.v1.${kind}`, subject, data: commandExamples[kind] }] : [],
  )
  const facts = factVectors.map(({ input }) => input.event).filter(event => factSchema.safeParse(event).success)

  test.each([
    ['command', commandSchema, commands],
    ['fact', factSchema, facts],
    ['freeze-request', freezeRequestSchema, [buildRequest()]],
  ] as const)('%s', (name, source, examples) => {
    const validate = validatorOf(name)
    const cases = examples.flatMap(example => [example, ...mutationsOf(example)])
    const different = cases.filter(each => {
      const { success, error } = source.safeParse(each)
      // A rule that JSON Schema cannot express.
      const isBeyondSchema = error?.issues.every(({ code }) => code === 'custom') ?? false
      return validate(each) !== success && !isBeyondSchema
    })
    expect(cases.length).toBeGreaterThan(100)
    expect(different).toEqual([])
  })
})
