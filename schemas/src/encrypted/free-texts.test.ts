import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { personalDataOfWork } from '../desk/encrypted-work.ts'
import { workBodies, workEventSchema, workKinds } from '../desk/work-events.ts'
import { refusedCommandSchema } from '../ledger/refused-commands.ts'
import { deadLetterSchema } from '../operating/dead-letters.ts'
import { parkedSchema } from '../operating/parked.ts'
import { answerBodySchema, answerCommands } from '../orders/answers.ts'
import { bankMessageSchema } from '../orders/bank-messages.ts'
import { deliverySchema } from '../orders/deliveries.ts'
import { notificationSchema } from '../orders/notifications.ts'
import { orderSchema } from '../orders/orders.ts'
import { type CommandKind, commandKinds, commandSchema, storedBodyOf } from '../requests/commands.ts'
import { personalDataPointers } from '../requests/encrypted-commands.ts'
import { commandOfFact } from '../requests/encrypted-facts.ts'
import { factBodies, factKinds, factSchema } from '../requests/facts.ts'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { resultingStateSchema } from '../requests/resulting-state.ts'
import { bankMessagesTopic, notificationsTopic, ordersTopic, topics } from '../topics.ts'

/** Formats and patterns in which nobody can write a sentence. Of what is not known here a text is free. */
const closedFormats = new Set(['uuid', 'date', 'datetime', 'regex', 'ip', 'cidr'])

const isClosed = (text: z.ZodType): boolean => {
  const { format, checks = [] } = text._zod.def as { format?: string; checks?: readonly z.core.$ZodCheck[] }
  const formats = [format, ...checks.map(check => (check._zod.def as { format?: string }).format)]
  return formats.some(each => each !== undefined && closedFormats.has(each))
}

/** Where a schema takes a text that may be any, or takes anything: JSON pointers, with `*` for each member of a list or record. */
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
      throw new Error(`whether ${def.type} at ${at} takes free text is not known here`)
  }
}

/** What is never encrypted although anything can be written there, by the kind or by its place alone, and why. Texts that the engine writes name no person and no account. */
const exceptions: Readonly<Record<string, string>> = {
  '/request/caseReference': 'the number of the case, by which lists, notifications and orders call it, and by which both countries find it',
  'OrderErasure /authority': 'who ordered the erasure: it has to be readable after the erasure, as the proof of why',
  'OrderErasure /reference': 'of the order of erasure: the same',
  'ErasureOrdered /authority': 'as in OrderErasure',
  'ErasureOrdered /reference': 'as in OrderErasure',
  '/signed/type': 'the type of the event that was signed, which is one of two that are taken',
  '/findings/*/message': 'the rules of the engine write it; a property test of packages/rules shows that it names nobody',
  '/findings/*/path': 'the rules of the engine write it: a JSON pointer',
  'ReportUndelivered /recipient': 'a name in the directory of the operator',
  'ReportUndelivered /why': 'the engine writes it',
  'OrderUndelivered /recipient': 'as in ReportUndelivered',
  'OrderUndelivered /why': 'as in ReportUndelivered',
  'ActionProposed /data': 'the data of a command, which is encrypted as that of the command is',
}

const envelopeExceptions: Readonly<Record<string, string>> = {
  '/id': 'the engine makes it',
  '/source': 'the engine makes it',
  '/subject': 'the engine makes it',
  '/causationid': 'the engine makes it',
  '/dataschema': 'the engine makes it, where it is there',
  '/correlationid': 'a number by which the system of a sender finds its messages',
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
const inClear = (kind: string, body: z.ZodType, encrypted: readonly string[]): string[] =>
  freeTextsIn(body).filter(place => !isWithin(place, encrypted) && !isExcepted(kind, place))

describe('free text that is kept', () => {
  test.each(commandKinds)('in the command %s is encrypted', kind => {
    expect(inClear(kind, storedBodyOf(kind), personalDataPointers[kind])).toEqual([])
  })

  test.each(factKinds)('in the fact %s is encrypted', kind => {
    const of = commandOfFact[kind]
    expect(inClear(kind, factBodies[kind], of ? personalDataPointers[of] : [])).toEqual([])
  })

  test.each(workKinds)('in the work event %s is encrypted', kind => {
    expect(inClear(kind, workBodies[kind], personalDataOfWork[kind])).toEqual([])
  })

  test('in a freeze request is encrypted in every command that brings one', () => {
    for (const kind of ['OpenRequest', 'ProvideInformation', 'Reopen'] as const)
      expect(inClear(kind, z.strictObject({ request: freezeRequestSchema }), personalDataPointers[kind])).toEqual([])
  })

  test('in an answer is encrypted in the command that the answer becomes', () => {
    for (const option of answerBodySchema.options) {
      const { kind, details } = option.shape
      const command: CommandKind = answerCommands[kind.value]
      expect(inClear(command, details, personalDataPointers[command])).toEqual([])
    }
  })

  test('in a refusal is what the engine says, or the data of the command, which is encrypted as that is', () => {
    expect(freeTextsIn(refusedCommandSchema.shape.data)).toEqual(['/message', '/state', '/data'])
  })

  test('in what a fact says of where it led is what the engine says: states and codes', () => {
    expect(freeTextsIn(resultingStateSchema)).toEqual(['/states/*', '/shortfallReason', '/outcome/end', '/outcome/reason'])
  })

  test('in the envelopes of commands, facts and work events is what systems make', () => {
    for (const schema of [commandSchema, factSchema, workEventSchema])
      for (const option of schema.options) {
        const { data: _body, ...envelope } = (option as z.ZodObject).shape
        expect(freeTextsIn(z.strictObject(envelope)).filter(place => envelopeExceptions[place] === undefined)).toEqual([])
      }
  })

  test('is in a parked request what the engine says of itself, and the record as it is stored', () => {
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

  test('every exception is of a text that is there', () => {
    expect(Object.keys(exceptions).filter(name => !usedExceptions.has(name))).toEqual([])
  })
})

test('what crosses the edge of the engine in clear is in topics that forget it', () => {
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

test('a text is free unless its schema says in which form it is written', () => {
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
