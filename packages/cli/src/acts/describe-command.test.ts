import { paymentStop } from '@holdfast/payment-stop'
import { type CommandKind, commandBodies, commandExamples, commandKinds } from '@holdfast/payment-stop/language'
import { isForMembers } from '@holdfast/payment-stop/lifecycle'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { describeCommand, shapeOfCommand } from './describe-command.ts'
import { quoteJson } from './quote-json.ts'

const ofMembers = commandKinds.filter(isForMembers)

describe('the description of a command', () => {
  test.each(Object.entries(commandExamples))('%s has an example that the engine accepts', (name, example) => {
    const kind = name as CommandKind
    const checker: z.ZodType = commandBodies[kind]
    expect(ofMembers).toContain(kind)
    expect(checker.safeParse(example)).toMatchObject({ success: true })
    expect(describeCommand(paymentStop, kind)).toContain(`  holdfast act ID ${kind} --data ${quoteJson(example)} --member `)
  })

  test('states the expected values as the validator does, what is optional, and nested properties', () => {
    const lines = describeCommand(paymentStop, 'ReportMovedOnward').split('\n')
    expect(lines[0]).toBe("ReportMovedOnward, for the beneficiary country's institution or fiu")
    for (const line of [
      /^ {2}country +ISO 3166-1 alpha-2 code, such as SG$/,
      /^ {2}onward +\(optional\) object$/,
      /^ {4}creditor +object$/,
      /^ {6}account +\{ iban \} or \{ other \} with at most 34 characters$/,
      /^ {4}executedAt +instant with its offset, such as /,
      /^ {2}reference +\(optional\) text, 1 to 35 characters$/,
    ])
      expect(lines.filter(text => line.test(text))).toHaveLength(1)
  })

  test('states which commands need dual approval, and refers to the schema of a freeze request', () => {
    expect(describeCommand(paymentStop, 'Release')).toContain('two officers must send it with the same data')
    expect(describeCommand(paymentStop, 'ReportFreeze')).not.toContain('two officers')
    expect(describeCommand(paymentStop, 'Reopen')).toContain('Freeze request, version 1: as "holdfast submit" takes it')
  })

  test.each(ofMembers)('%s is described completely and without internals', kind => {
    expect(describeCommand(paymentStop, kind)).not.toMatch(/undefined|Invalid|\[object/)
  })

  test('is available as JSON Schema', () => {
    expect(shapeOfCommand(paymentStop.actions, 'ConfirmFreeze')).toMatchObject({
      type: 'object',
      required: ['instrument', 'authority', 'reference', 'date'],
      properties: { instrument: { enum: expect.arrayContaining(['COURT_ORDER']) }, date: { description: 'date, such as 2024-07-19' } },
      additionalProperties: false,
    })
  })
})

describe('data as an argument of a command line', () => {
  test.each<[string, unknown]>([
    ['quotes', { reason: `it's "so"` }],
    ['terminal escapes', { reason: '\u001b[2J\u009b31m\u007f' }],
    ['another direction', { reason: '\u202egnp.exe\u2066\u200f' }],
    ['line breaks of any kind', { reason: 'a\nb\u2028c' }],
    ['shell characters', { reason: '$(rm) `rm` \\ ! * ; & | < >' }],
  ])('is safe to show and to paste, and keeps its value: %s', (_what, value) => {
    const word = quoteJson(value)
    // In single quotes, a shell interprets only the closing quote.
    expect(word).toMatch(/^'[^'\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]*'$/u)
    expect(JSON.parse(word.slice(1, -1))).toEqual(value)
  })
})
