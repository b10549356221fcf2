import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { missingIn, testsIn } from './src/named-tests.ts'
import { hasTitle, titlesOf } from './src/test-titles.ts'

const docs = join(import.meta.dirname, '../docs')
const text = readFileSync(join(docs, 'threat-model.md'), 'utf8')

interface Row {
  /** The data flow and the STRIDE category: `1 S: what could be done`. */
  readonly name: string
  readonly against: string
  readonly shownBy: string
  readonly notCovered: string
}

/** Each data flow is a heading with a number, and a table below it. */
const arrows = text
  .split('\n## ')
  .slice(1)
  .filter(section => /^\d+\. /.test(section))
  .map(section => {
    const [heading = ''] = section.split('\n')
    const rows = section
      .split('\n')
      .filter(line => line.startsWith('| **'))
      .map(line => line.slice(2, -2).split(' | '))
    return { heading, rows }
  })
const threats: Row[] = arrows.flatMap(({ heading, rows }) =>
  rows.map(([letter = '', threat = '', against = '', shownBy = '', notCovered = '']) => ({
    name: `${heading.split('.')[0]} ${letter.replaceAll('*', '')}: ${threat}`,
    against,
    shownBy,
    notCovered,
  })),
)

test('the threat model covers the six STRIDE categories for each data flow', () => {
  expect(arrows.map(({ heading }) => Number(heading.split('.')[0]))).toEqual(arrows.map((_, index) => index + 1))
  expect(arrows.length).toBeGreaterThan(10)
  const unasked = arrows.flatMap(({ heading, rows }) =>
    ['S', 'T', 'R', 'I', 'D', 'E']
      .filter(letter => !rows.some(([asked]) => asked === `**${letter}**`))
      .map(letter => `${letter} of ${heading}`),
  )
  expect(unasked).toEqual([])
  // A missing or extra column would shift the cells of its row.
  expect(arrows.flatMap(({ rows }) => rows).filter(cells => cells.length !== 5)).toEqual([])
})

test.each(threats)('docs/threat-model.md: $name', ({ against, shownBy, notCovered }) => {
  const shown = testsIn(shownBy)
  if (shown.length === 0) return expect([shownBy, notCovered]).toEqual(['–', expect.stringMatching(/\w{3}/)])
  expect(missingIn(shownBy)).toEqual([])
  // Each countermeasure names where it is implemented.
  expect(against).toMatch(/\]\(\.\.\/[^)]+\)/)
})

describe('wrong tokens', () => {
  const rows = (text.split('\n## Wrong tokens')[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter(line => /^\| (?!---|token \|)/.test(line))
    .map(line => line.slice(2, -2).split(' | '))
    .map(([what = '', answer = '', words = '', shownBy = '']) => ({ what, answer, words, shownBy }))
  const sources = [
    'packages/trust/src/tokens/jwt.ts',
    'packages/trust/src/tokens/member-keys.ts',
    'packages/trust/src/tokens/tokens.ts',
    'packages/trust/src/tokens/binding.ts',
    'packages/trust/src/tokens/dpop.ts',
    'packages/http/src/holding.ts',
    'services/intake/src/accept-request.ts',
    'packages/http/src/answer-once.ts',
  ]
  const said = sources.map(file => readFileSync(join(docs, '..', file), 'utf8')).join('\n')

  test('the table has each of them', () => {
    const asked = [
      'forged',
      'expired',
      'not yet valid',
      'replayed',
      'another audience',
      'another country',
      'none',
      'HS256',
      'ES256',
      'unknown key',
      'revoked',
      'bound to a key',
      'bound to a certificate',
    ]
    expect(asked.filter(word => !rows.some(({ what }) => what.includes(word)))).toEqual([])
  })

  test.each(rows)('$what: is refused with the message of the table', ({ words, shownBy }) => {
    expect(testsIn(shownBy)).not.toEqual([])
    expect(missingIn(shownBy)).toEqual([])
    if (words !== '–') expect(said).toContain(words.replaceAll('`', ''))
  })
})

test('every file that the threat model names exists', () => {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target)
  expect(targets.filter(target => !existsSync(join(docs, target)))).toEqual([])
})

test('a title is found as in the source or with the texts of a row, and not with other texts', () => {
  const known = titlesOf(`
    test('it’s "so"', async () => {})
    describe.each(all)("another's", () => {})
    test.each([['a link', 1], ['a pipe', 2]])('gets nothing out of %s, ever', (_what, n) => {})
    test.each<[string, () => string]>([['x', () => 'y']])(
      'of %s is %j',
      () => {},
    )
    expect(join('no', 'title')).toBe(1)
  `)
  for (const title of ['it’s "so"', "another's", 'gets nothing out of %s, ever', 'gets nothing out of a pipe, ever', 'of x is y'])
    expect(hasTitle(known, title)).toBe(true)
  for (const title of ['so', 'no', 'gets nothing out of a window, ever', 'gets nothing out of %s', 'of x is z'])
    expect(hasTitle(known, title)).toBe(false)
})
