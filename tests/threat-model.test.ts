import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasTitle, titlesIn, titlesOf } from './src/test-titles.ts'
import { boundaries } from './threats/boundaries.ts'
import { sharedThreats } from './threats/shared-threats.ts'
import { type NamedTests, strideCategories, type Threat } from './threats/threat.ts'
import { threatPage } from './threats/threat-page.ts'
import { wrongTokens } from './threats/wrong-tokens.ts'

const root = join(import.meta.dirname, '..')

interface NamedThreat {
  /** The boundary and the category: `1 S: a threat`. */
  readonly name: string
  readonly threat: Threat
}

const threats: readonly NamedThreat[] = [
  ...sharedThreats.map(threat => ({ name: `${threat.at} ${threat.stride}: ${threat.threat}`, threat })),
  ...boundaries.flatMap(([, boundary], index) =>
    boundary.threats.map(threat => ({ name: `${index + 1} ${threat.stride}: ${threat.threat}`, threat })),
  ),
]

/** The problems of named tests: a missing file or title. */
const missingIn = (tests: readonly NamedTests[]): string[] =>
  tests.flatMap(([file, ...titles]) => {
    const path = join(root, file)
    if (!existsSync(path)) return [file]
    const known = titlesIn(path)
    return titles.filter(title => !hasTitle(known, title)).map(title => `${file}: ${title}`)
  })

/** The words of a text without the targets of its links. */
const wordsOf = (text = ''): number => text.replace(/\]\([^)]*\)/g, '').split(' ').length

test('the threat model covers the six STRIDE categories for each boundary', () => {
  expect(boundaries).toHaveLength(12)
  const missing = boundaries.flatMap(([, { title, threats: own }], index) => {
    const here = [...own, ...sharedThreats.filter(({ at }) => at.includes(index + 1))]
    return strideCategories.filter(each => !here.some(({ stride }) => stride === each)).map(each => `${each} of ${title}`)
  })
  expect(missing).toEqual([])
})

test('a shared threat is at two boundaries or more, and they exist', () => {
  const wrong = sharedThreats.filter(({ at }) => new Set(at).size < 2 || !at.every(number => boundaries[number - 1]))
  expect(wrong.map(({ threat }) => threat)).toEqual([])
})

test('each threat is once in the table', () => {
  const names = threats.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.length).toBeGreaterThan(120)
})

test.each(threats)('$name', ({ threat: { threat, control, notCovered, ...rest } }) => {
  expect(wordsOf(threat)).toBeLessThanOrEqual(15)
  expect(wordsOf(control)).toBeLessThanOrEqual(25)
  expect(wordsOf(notCovered)).toBeLessThanOrEqual(25)
  const { tests, code } = { tests: [], code: [], ...rest }
  if (control === undefined) return expect([tests, notCovered]).toEqual([[], expect.stringMatching(/\w{3}/)])
  expect(tests).not.toEqual([])
  expect(missingIn(tests)).toEqual([])
  // Each control names where it is implemented.
  expect(code).not.toEqual([])
  expect(code.filter(file => !existsSync(join(root, file)))).toEqual([])
})

describe('wrong tokens', () => {
  const sources = [
    'packages/trust/src/tokens/jwt.ts',
    'packages/trust/src/tokens/member-keys.ts',
    'packages/trust/src/tokens/tokens.ts',
    'packages/trust/src/tokens/binding.ts',
    'packages/trust/src/tokens/dpop.ts',
    'packages/http/src/holding.ts',
    'workflows/payment-stop/src/ingress/ingress.ts',
    'packages/http/src/answer-once.ts',
  ]
  const messages = sources.map(file => readFileSync(join(root, file), 'utf8')).join('\n')

  test('the table has each of them', () => {
    const required = [
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
    expect(required.filter(word => !wrongTokens.some(({ token }) => token.includes(word)))).toEqual([])
  })

  test.each(wrongTokens)('$token: is refused with the message of the table', ({ token, message, tests }) => {
    expect(wordsOf(token)).toBeLessThanOrEqual(15)
    expect(tests).not.toEqual([])
    expect(missingIn(tests)).toEqual([])
    if (message !== undefined) expect(messages).toContain(message)
  })
})

test('the page has each threat, each control and each gap', () => {
  const page = threatPage()
  const texts = threats.flatMap(({ threat: { threat, control, notCovered } }) => [threat, control, notCovered])
  expect(texts.filter(text => text !== undefined && !page.includes(text))).toEqual([])
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
