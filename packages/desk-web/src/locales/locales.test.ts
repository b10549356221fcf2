import {
  type AlertCode,
  type CommandKind,
  commandBodies,
  type DeadlineKind,
  freezeRequestSchema,
  type OrderKind,
  type Phase,
  type RecordKind,
} from '@holdfast/payment-stop/language'
import { type RefusalCode, refusals, type Severity, workBodies } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Code } from '../payment-stops/codes.ts'
import { loadTranslate, type MessageId, translateToEnglish } from './translate.ts'

const translations = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])
const [en, fr, es, ar] = translations

/** Does not compile while a code of the engine has no message. */
type OwnCommand = Exclude<CommandKind, 'OpenRequest' | 'RecordDestruction' | 'ConfirmDestruction' | 'DeadlinePassed' | 'ReportUndelivered'>
type Needed =
  | `alerts.${AlertCode}`
  | `codes.${Code}`
  | `commands.${OwnCommand}`
  | `deadlines.${DeadlineKind}`
  | `facts.${RecordKind}`
  | `orders.${OrderKind}`
  | `phases.${Phase}`
  | `refusals.${RefusalCode}`
  | `severities.${Severity}`
const needed = (id: Needed): MessageId => id

describe.each(translations.map(t => [t.tag, t] as const))('%s', (_, t) => {
  test('counts from 0 to 100, with the number or a word for it, in Latin digits', () => {
    for (const id of ['days', 'hours', 'counts.open', 'work.done', 'request.newFacts', 'now.more'] as const) {
      for (let count = 0; count <= 100; count++) {
        const text = t(id, { count })
        expect(text).not.toMatch(/[#\u0660-\u0669]/)
        if (count > 2) expect(text).toContain(String(count))
      }
    }
  })

  test('has a text for each refusal, so that a reader knows what to do', () => {
    for (const code of Object.keys(refusals) as RefusalCode[]) expect(t.find(needed(`refusals.${code}`)), code).toMatch(/\.$/u)
  })

  test('has a name for each field of a request and of a command, so that a message about one can name it', () => {
    const names = [freezeRequestSchema, ...Object.values(commandBodies), ...Object.values(workBodies)].flatMap(schema =>
      namesIn(z.toJSONSchema(schema, { io: 'input' })),
    )
    const ofEngine = [
      'data',
      'lineage',
      'rule',
      'severity',
      'path',
      'message',
      'about',
      'because',
      'keys',
      'intendedAt',
      'destroyedAt',
      'confirmedAt',
    ]
    expect(new Set(names).size).toBeGreaterThan(80)
    expect([...new Set(names)].filter(name => t.find(`fields.${name}`) === undefined && !ofEngine.includes(name))).toEqual([])
  })

  test('inserts a value as it is, whatever is in it', () => {
    const value = '{count} # \\u202e %'
    expect(t('request.title', { reference: value })).toContain(value)
  })
})

test('Arabic has its six forms', () => {
  expect([0, 1, 2, 3, 11, 100].map(count => ar('request.calendar.left', { count }))).toEqual([
    'لم يبق أي يوم عمل',
    'بقي يوم عمل واحد',
    'بقي يوما عمل',
    'بقيت 3 أيام عمل',
    'بقي 11 يوم عمل',
    'بقي 100 يوم عمل',
  ])
})

test('French counts none as one, English and Spanish as many', () => {
  expect([fr, en, es].map(t => t('years', { count: 0 }))).toEqual(['0 an', '0 years', '0 años'])
})

test('a code that the page does not know has no text', () => {
  expect(translateToEnglish.find('codes.OF_TOMORROW')).toBeUndefined()
  expect(translateToEnglish.find('constructor')).toBeUndefined()
  expect(translateToEnglish.find('alerts.movedOnward')).toBeUndefined()
})

/** The name of every property in a JSON Schema, however deep. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties } = schema as { readonly properties?: object }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(namesIn)]
}
