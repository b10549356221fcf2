import { isDeepStrictEqual } from 'node:util'
import { childRequestIdOf, consequenceIdOf, deterministicId, workEventIdOf } from '@holdfast/schemas'
import { type Case, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly causes: readonly (string | number)[]
}

const rule =
  'What follows from a cause has an id that is a UUID of version 5 (RFC 9562) in the namespace that is given. Its name is the causes with U+001F between them, in UTF-8; a number is written in decimal.'
const namespace = 'b9f6c5d4-6a55-5e0f-9d6e-2f6b1c7a8e31'

const request = '51fd04fd-9502-51a5-81c7-51640bd844da'
const command = 'df72aba4-1463-500f-888a-7452297d03d0'
const fact = consequenceIdOf('fact', request, command)

const cases: readonly Case<Input>[] = [
  ['a fact: of its request (subject) and its command (causationid)', { causes: ['fact', request, command, 0] }],
  ['an order: of its request and the fact that made it necessary', { causes: ['order', request, fact, 0] }],
  ['the second order that one fact makes necessary', { causes: ['order', request, fact, 1] }],
  ['a notification: of its request and its fact', { causes: ['notification', request, fact, 0] }],
  ['a refused command: of its request and the command', { causes: ['refusal', request, command, 0] }],
  ['the request that follows money onward: of the one before and the report', { causes: ['child', request, fact] }],
  ['a word of a desk', { causes: ['work', 'SG', 'a.tan/note-1'] }],
  ['a cause in other letters than ASCII', { causes: ['fact', request, 'resposta “1” – ação 😀', 0] }],
  ['an empty cause', { causes: ['fact', request, '', 0] }],
]

export async function idVectors(): Promise<VectorKind> {
  const vectors = await vectorsOf(cases, ({ causes }) => ({ id: deterministicId(...causes) }))
  const said = [fact, consequenceIdOf('order', request, fact), consequenceIdOf('order', request, fact, 1)]
  said.push(consequenceIdOf('notification', request, fact), consequenceIdOf('refusal', request, command))
  said.push(childRequestIdOf(request, fact), workEventIdOf('SG', 'a.tan/note-1'))
  // The names of the causes here are those of the engine.
  for (const [at, id] of said.entries())
    if (!isDeepStrictEqual(vectors[at]?.expected, { id })) throw new Error(`${vectors[at]?.name} is not ${id}`)
  return { kind: 'ids', rule, given: { namespace }, vectors }
}
