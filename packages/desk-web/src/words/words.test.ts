import { commandBodies, freezeRequestSchema, refusals, workBodies } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ar } from './ar.ts'
import { en, type Words } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

/** Each place in the words of a language, with what is there. */
function placesOf(words: unknown, path = ''): Array<readonly [path: string, leaf: unknown]> {
  if (typeof words !== 'object' || words === null) return [[path, words]]
  return Object.entries(words).flatMap(([name, inner]) => placesOf(inner, path === '' ? name : `${path}.${name}`))
}

const english = new Map(placesOf(en))
const countedPaths = [
  'days',
  'years',
  'months',
  'hours',
  'minutes',
  'seconds',
  'counts.open',
  'counts.lapsing',
  'counts.passed',
  'counts.proposals',
  'work.chosen',
  'work.done',
  'work.notDone',
  'work.handedOver',
  'request.facts',
  'request.newFacts',
  'request.calendar.left',
  'request.chain.checked',
  'request.chain.broken',
  'now.showAll',
  'now.more',
  'now.ofRequests',
  'ordered.tries',
  'report.checked',
]

describe.each([fr, es, ar] as Words[])('$tag', words => {
  const places = new Map(placesOf(words))

  test('has the same words as English, each of the same kind', () => {
    const shape = (all: ReadonlyMap<string, unknown>) => [...all].map(([path, leaf]) => `${path} ${typeof leaf}`).sort()
    expect(shape(places)).toEqual(shape(english))
  })

  test('says nothing with an empty text, and takes as many values into a sentence as English does', () => {
    for (const [path, leaf] of places) {
      if (typeof leaf === 'string') expect(leaf.trim(), path).not.toBe('')
      if (typeof leaf !== 'function') continue
      const parameters = ['«a»', '«b»']
      const said = (each: unknown) => parameters.filter(value => (each as (...values: string[]) => string)(...parameters).includes(value))
      if (!countedPaths.includes(path)) expect(said(leaf), path).toEqual(said(english.get(path)))
    }
  })

  test('is not English left as it was', () => {
    const sentences = [...places].filter(([, leaf]) => typeof leaf === 'string' && leaf.includes(' '))
    expect(sentences.length).toBeGreaterThan(200)
    expect(sentences.filter(([path, leaf]) => english.get(path) === leaf)).toEqual([])
  })
})

describe.each([en, fr, es, ar] as Words[])('$tag counts', words => {
  const places = new Map(placesOf(words))

  test.each(countedPaths)('%s from 0 to 100, with the number or a word for it', path => {
    const count = places.get(path) as (n: number) => string
    for (let n = 0; n <= 100; n++) {
      const text = count(n)
      expect(text).not.toContain('#')
      expect(text).not.toMatch(/[\u0660-\u0669]/)
      if (n > 2) expect(text).toContain(String(n))
    }
  })
})

test('Arabic has its six forms', () => {
  const { left } = ar.request.calendar
  expect([0, 1, 2, 3, 11, 100].map(left)).toEqual([
    'لم يبق أي يوم عمل',
    'بقي يوم عمل واحد',
    'بقي يوما عمل',
    'بقيت 3 أيام عمل',
    'بقي 11 يوم عمل',
    'بقي 100 يوم عمل',
  ])
})

test('French counts none as one, English and Spanish as many', () => {
  expect([fr, en, es].map(({ request }) => request.facts(0))).toEqual(['0 fait', '0 facts', '0 hechos'])
})

describe.each([en, fr, es, ar] as Words[])('$tag has words', words => {
  test('for each refusal, so that whoever gets one knows what to do', () => {
    expect(Object.keys(words.refusals).sort()).toEqual(Object.keys(refusals).sort())
  })

  test('for each field of a request and of what a member gives, so that what is wrong with one is said in them', () => {
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
    expect([...new Set(names)].filter(name => !(name in words.fields) && !ofEngine.includes(name))).toEqual([])
  })
})

/** The name of every property in a JSON Schema, however deep. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties } = schema as { readonly properties?: object }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(namesIn)]
}
