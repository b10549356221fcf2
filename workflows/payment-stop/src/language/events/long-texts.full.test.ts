import { parseWith } from '@holdfast/schemas'
import { growthOf } from '@holdfast/test-kit/ratios'
import { buildRequest } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import { answerBodySchema } from '../orders/answers.ts'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { commandExamples, commandSchema, commandType } from './commands.ts'

// A record may have a megabyte, and validating it blocks other requests. So the validation of any text must run in
// linear time.

const length = 100_000
/**
 * Linear work takes a hundred times as long for a hundred times the length; quadratic work takes ten thousand times.
 */
const sizes = { size: length, smaller: length / 100, max: 1_000 }
const pieces: readonly string[] = [
  ...['y', 'л', '7', ' ', '0', '-', '/', '+6', 'a.', 'a/../', '"\\', '.1', '\u200d', '\n', '\ud83d'],
  ...['ی\u200c', 'e\u0301', '\u0301\u0323', '82WEST', '0f1e2d3c-4b5a-4968-8776-655443322110'],
]
/**
 * After and before a letter of another alphabet: regular expression engines treat texts of one-byte letters
 * differently.
 */
const texts: readonly ((length: number) => string)[] = pieces.flatMap(piece => {
  const many = (length: number) => piece.repeat(length / piece.length)
  return [
    many,
    (length: number) => `л ${many(length)}`,
    (length: number) => `${many(length)}λ`,
    (length: number) => `${many(length)}.${many(length)}`,
  ]
})

type Path = readonly string[]
const textsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'string' ? [path] : Object.entries((value ?? {}) as object).flatMap(([name, inner]) => textsIn(inner, [...path, name]))

function changedAt(value: unknown, [name, ...rest]: Path, text: string): unknown {
  return name === undefined ? text : { ...(value as object), [name]: changedAt((value as Record<string, unknown>)[name], rest, text) }
}

const id = '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31'
const envelope = {
  ...{
    specversion: '1.0',
    id,
    source: '/holdfast/desk',
    subject: id,
    time: '2024-07-22T16:40:00.000Z',
    datacontenttype: 'application/json',
  },
  ...{ correlationid: id, actor: 'SG/officer/a.tan', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
}
const details = { amount: { currency: 'USD', value: '1.00' }, basis: 'FIU_SUSPENSION', reference: 'R' }
const documents = [
  ['a request', freezeRequestSchema, buildRequest()],
  ['an answer', answerBodySchema, { orderId: id, requestId: id, institution: { bic: 'KMNSTLDL' }, kind: 'frozen', details }],
  ...(Object.keys(commandExamples) as (keyof typeof commandExamples)[]).map(
    kind => [`the command ${kind}`, commandSchema, { ...envelope, type: commandType(kind), data: commandExamples[kind] }] as const,
  ),
] as const

/** The texts of a command's envelope are the same for each kind, so they are changed in the first command only. */
const withEnvelope = documents.findIndex(([, schema]) => schema === commandSchema)

describe('each text of a document is validated in linear time', () => {
  test('each document has texts, and one command has those of the envelope', () => {
    expect(documents.filter(([, , document]) => textsIn(document).length === 0)).toEqual([])
    expect(withEnvelope).toBeGreaterThan(0)
  })

  test.each(documents.map((each, number) => [...each, number] as const))('of %s', (_what, schema, document, number) => {
    expect(parseWith(schema, document)).toMatchObject({ ok: true })
    const slow: string[] = []
    const paths = textsIn(document).filter(([first]) => schema !== commandSchema || number === withEnvelope || first === 'data')
    for (const path of paths)
      for (const text of texts) {
        const changed = new Map([sizes.size, sizes.smaller].map(size => [size, changedAt(document, path, text(size))]))
        if (growthOf(size => parseWith(schema, changed.get(size)), sizes) > sizes.max) slow.push(`${path.join('/')}: ${text(20)}`)
      }
    expect(slow).toEqual([])
  })
})
