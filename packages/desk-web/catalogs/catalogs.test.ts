import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from './check-catalogs.ts'
import { parametersOf } from './parameters.ts'
import { type Catalog, catalogOf, readCatalog } from './read-catalog.ts'

const catalogs = { en: readCatalog('en'), fr: readCatalog('fr'), es: readCatalog('es'), ar: readCatalog('ar') }

test('the catalogs have no problem', () => {
  expect(catalogs.en.size).toBeGreaterThan(900)
  expect(problemsOf(catalogs)).toEqual([])
})

test('a translation is not English left as it was', () => {
  for (const language of ['fr', 'es', 'ar'] as const) {
    const same = [...catalogs[language]].filter(([id, text]) => / /.test(text) && !text.includes('{') && catalogs.en.get(id) === text)
    // Names of organisations of the police stay as they are.
    expect(same.filter(([id]) => !id.startsWith('now.regionNames.'))).toEqual([])
  }
})

test('each message is used by the page', () => {
  const sources = globSync('**/*.{ts,tsx}', { cwd: join(import.meta.dirname, '../src'), exclude: ['locales', '**/*.test.ts'] })
  const code = sources.map(file => readFileSync(join(import.meta.dirname, '../src', file), 'utf8')).join('\n')
  const groups = [...code.matchAll(/`([A-Za-z.]+\.)\$\{/g)].flatMap(([, group]) => group ?? [])
  const isUsed = (id: string): boolean => code.includes(`'${id}'`) || groups.some(group => id.startsWith(group))
  expect([...catalogs.en.keys()].filter(id => !isUsed(id))).toEqual([])
})

describe('the check finds', () => {
  const english = 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "{count, plural, one {# day} other {# days}} of {name}"\n'
  const problemsWith = (french: string, en = english): string[] => {
    const catalog: Catalog = catalogOf(en)
    return problemsOf({
      en: catalog,
      fr: catalogOf(french),
      es: catalog,
      ar: new Map([...catalog].map(([id]) => [id, catalogOf(arabic).get(id) ?? ''])),
    })
  }
  const arabic =
    'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "{count, plural, zero {#} one {#} two {#} few {#} many {#} other {#}} {name}"\n'

  test.each([
    ['nothing in a catalog that is right', english, []],
    ['a message that is missing', english.slice(english.indexOf('msgid "b"')), ['fr.po lacks the message a.']],
    ['a message that English lacks', `${english}\nmsgid "c"\nmsgstr "C"\n`, ['fr.po has the message c, which en.po lacks.']],
    ['an empty text', english.replace('"A"', '""'), ['fr.po, a: the text is empty.']],
    [
      'a parameter that is missing',
      english.replace('{name}', 'X'),
      ['fr.po, b: the parameters must be: count (number), name (string | number).'],
    ],
    ['another parameter', english.replace('"A"', '"A {x}"'), ['fr.po, a: the parameters must be: none.']],
    ['a plural form that is missing', english.replace('one {# day} ', ''), []],
    [
      'text that is not ICU MessageFormat',
      english.replace('"A"', '"A {x"'),
      [expect.stringMatching(/^fr\.po, a: the text is not ICU MessageFormat/)],
    ],
    [
      'another order',
      `${english.slice(english.indexOf('msgid "b"'))}\nmsgid "a"\nmsgstr "A"\n`,
      ['fr.po has b where en.po has a: keep the order of en.po.'],
    ],
  ])('%s', (_, french, problems) => expect(problemsWith(french)).toEqual(problems))

  test('a plural form that a language needs', () => {
    const catalog = new Map([['b', '{count, plural, one {# day} other {# days}}']])
    expect(problemsOf({ en: catalog, fr: catalog, es: catalog, ar: catalog })).toEqual([
      'ar.po, b: the plural form “zero” is missing.',
      'ar.po, b: the plural form “two” is missing.',
      'ar.po, b: the plural form “few” is missing.',
      'ar.po, b: the plural form “many” is missing.',
    ])
  })

  test('an id that stands in a file twice', () => {
    expect(() => catalogOf('msgid "a"\nmsgstr "A"\n\nmsgid "a"\nmsgstr "B"\n')).toThrow('twice')
  })
})

test('a parameter has the type that its use needs', () => {
  expect([...parametersOf('{who} has {n, plural, one {{n} day} other {# days}}; {kind, select, fast {F} other {S}}')]).toEqual([
    ['kind', "'fast' | string"],
    ['n', 'number'],
    ['who', 'string | number'],
  ])
})
