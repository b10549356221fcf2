import {
  bankMessagesTopic,
  deadLetterSchema,
  notificationsTopic,
  ordersTopic,
  parkedSchema,
  personalDataOfWork,
  topics,
  workBodies,
  workEventSchema,
  workKinds,
} from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answerBodySchema, answerCommands } from '../orders/answers.ts'
import { bankMessageSchema } from '../orders/bank-messages.ts'
import { deliverySchema } from '../orders/deliveries.ts'
import { notificationSchema } from '../orders/notifications.ts'
import { orderSchema } from '../orders/orders.ts'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { commandSchema, storedBodyOf } from './commands.ts'
import { personalDataPointers } from './encrypted-commands.ts'
import { commandOfFact } from './encrypted-facts.ts'
import { factSchema } from './facts.ts'
import { refusedStopCommandSchema } from './refused-commands.ts'
import { type CommandKind, commandKinds, factKinds, facts } from './registry.ts'
import { resultingStateSchema } from './resulting-state.ts'

/** Formats and patterns that cannot contain a sentence. Any other text is free text. */
const closedFormats = new Set(['uuid', 'date', 'datetime', 'regex', 'ip', 'cidr'])

const isClosed = (text: z.ZodType): boolean => {
  const { format, checks = [] } = text._zod.def as { format?: string; checks?: readonly z.core.$ZodCheck[] }
  const formats = [format, ...checks.map(check => (check._zod.def as { format?: string }).format)]
  return formats.some(each => each !== undefined && closedFormats.has(each))
}

/** JSON pointers of free texts in a schema, with `*` for each item of a list or record. */
function freeTextsIn(schema: z.ZodType, at = ''): string[] {
  const def = schema._zod.def as unknown as Record<string, unknown> & { readonly type: string }
  const below = (name: string, suffix = ''): string[] => freeTextsIn(def[name] as z.ZodType, `${at}${suffix}`)
  switch (def.type) {
    case 'string':
      return isClosed(schema) ? [] : [at]
    case 'unknown':
    case 'any':
      return [at]
    case 'object':
      return Object.entries((schema as z.ZodObject).shape).flatMap(([name, member]) => freeTextsIn(member as z.ZodType, `${at}/${name}`))
    case 'array':
      return below('element', '/*')
    case 'record':
      return below('valueType', '/*')
    case 'union':
      return [...new Set((def.options as z.ZodType[]).flatMap(option => freeTextsIn(option, at)))]
    case 'optional':
    case 'nullable':
    case 'default':
    case 'nonoptional':
    case 'readonly':
      return below('innerType')
    case 'pipe':
      return below('in')
    case 'enum':
    case 'literal':
    case 'number':
    case 'int':
    case 'boolean':
    case 'null':
    case 'undefined':
      return []
    default:
      throw new Error(`this test does not know whether ${def.type} at ${at} is free text`)
  }
}

/**
 * Free texts that are never encrypted, by kind or pointer, with the reason. Texts that the engine writes name no person
 * and no account.
 */
const exceptions: Readonly<Record<string, string>> = {
  '/request/caseReference': 'the case number, which lists, notifications and orders show and both countries search for',
  'OrderErasure /authority': 'the authority of the erasure stays readable as evidence',
  'OrderErasure /reference': 'the reference of the erasure order stays readable as evidence',
  'ErasureOrdered /authority': 'as in OrderErasure',
  'ErasureOrdered /reference': 'as in OrderErasure',
  '/signed/type': 'the type of the signed event, one of the two accepted types',
  '/findings/*/message': 'the rules of the engine write it; a property test of workflows/payment-stop shows that it names no person',
  '/findings/*/path': 'the rules of the engine write it: a JSON pointer',
  'ReportUndelivered /recipient': 'a name in the directory of the operator',
  'ReportUndelivered /why': 'the engine writes it',
  'OrderUndelivered /recipient': 'as in ReportUndelivered',
  'OrderUndelivered /why': 'as in ReportUndelivered',
  'ActionProposed /data': 'the data of a command, encrypted like that of the command',
}

const envelopeExceptions: Readonly<Record<string, string>> = {
  '/id': 'the engine makes it',
  '/source': 'the engine makes it',
  '/subject': 'the engine makes it',
  '/causationid': 'the engine makes it',
  '/dataschema': 'the engine makes it, if present',
  '/correlationid': 'an id by which the sender’s system finds its messages',
}

const usedExceptions = new Set<string>()
function isExcepted(kind: string, place: string): boolean {
  const used = [`${kind} ${place}`, place].find(name => exceptions[name] !== undefined)
  if (used !== undefined) usedExceptions.add(used)
  return used !== undefined
}

const isWithin = (place: string, encrypted: readonly string[]): boolean =>
  encrypted.some(each => place === each || place.startsWith(`${each}/`))

/** The free texts of a body that are neither encrypted nor an exception. */
const unencryptedTexts = (kind: string, body: z.ZodType, encrypted: readonly string[]): string[] =>
  freeTextsIn(body).filter(place => !isWithin(place, encrypted) && !isExcepted(kind, place))

describe('stored free text', () => {
  test.each(commandKinds)('is encrypted in the command %s', kind => {
    expect(unencryptedTexts(kind, storedBodyOf(kind), personalDataPointers[kind])).toEqual([])
  })

  test.each(factKinds)('is encrypted in the fact %s', kind => {
    const of = commandOfFact(kind)
    expect(unencryptedTexts(kind, facts[kind].body, of ? personalDataPointers[of] : [])).toEqual([])
  })

  test.each(workKinds)('is encrypted in the work event %s', kind => {
    expect(unencryptedTexts(kind, workBodies[kind], personalDataOfWork[kind])).toEqual([])
  })

  test('of a freeze request is encrypted in every command with a document', () => {
    for (const kind of ['OpenRequest', 'ProvideInformation', 'Reopen'] as const)
      expect(unencryptedTexts(kind, z.strictObject({ request: freezeRequestSchema }), personalDataPointers[kind])).toEqual([])
  })

  test('of an answer is encrypted in the resulting command', () => {
    for (const option of answerBodySchema.options) {
      const { kind, details } = option.shape
      const command: CommandKind = answerCommands[kind.value]
      expect(unencryptedTexts(command, details, personalDataPointers[command])).toEqual([])
    }
  })

  test('in a refusal comes from the engine, or is the encrypted data of the command', () => {
    expect(freeTextsIn(refusedStopCommandSchema.shape.data)).toEqual(['/message', '/state', '/data'])
  })

  test('in the resulting state of a fact comes from the engine: states and codes', () => {
    expect(freeTextsIn(resultingStateSchema)).toEqual(['/states/*', '/shortfallReason', '/outcome/end', '/outcome/reason'])
  })

  test('in the envelopes of commands, facts and work events comes from systems', () => {
    for (const schema of [commandSchema, factSchema, workEventSchema])
      for (const option of schema.options) {
        const { data: _body, ...envelope } = (option as z.ZodObject).shape
        expect(freeTextsIn(z.strictObject(envelope)).filter(place => envelopeExceptions[place] === undefined)).toEqual([])
      }
  })

  test('in a parked request comes from the engine, or is the stored record', () => {
    expect(freeTextsIn(parkedSchema.shape.data)).toEqual([
      '/service',
      '/reason',
      '/waitsFor',
      '/commandId',
      '/memberRole',
      '/record/topic',
      '/record/key',
      '/record/value',
    ])
  })

  test('has no exception without a text', () => {
    expect(Object.keys(exceptions).filter(name => !usedExceptions.has(name))).toEqual([])
  })
})

test('plaintext from and to members is only in topics with a retention time', () => {
  const edge = [
    [orderSchema, ordersTopic('TL')],
    [notificationSchema, notificationsTopic('TL')],
    [bankMessageSchema, bankMessagesTopic('TL')],
    [deliverySchema, topics.deliveries],
    [deadLetterSchema, topics.deadLetters],
    [freezeRequestSchema, topics.requests],
    [answerBodySchema, topics.answers],
  ] as const
  const day = 86_400_000
  for (const [schema, { name, retentionMs = Number.POSITIVE_INFINITY }] of edge) {
    expect([name, freeTextsIn(schema).length > 0, retentionMs <= 90 * day]).toEqual([name, true, true])
  }
})

test('a text is free text unless its schema gives a format', () => {
  const open = z.strictObject({
    any: z.string().max(200),
    mail: z.email(),
    list: z.array(z.strictObject({ text: z.string() })),
    either: z.union([z.strictObject({ code: z.string().regex(/^[A-Z]{4}$/) }), z.strictObject({ words: z.string() })]).optional(),
    id: z.uuid(),
    at: z.iso.datetime(),
    code: z.enum(['A']),
    anything: z.unknown(),
  })
  expect(freeTextsIn(open)).toEqual(['/any', '/mail', '/list/*/text', '/either/words', '/anything'])
})
