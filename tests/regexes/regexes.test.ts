import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Expression, findExpressions } from './find-expressions.ts'
import { judge } from './judge.ts'
import { lookAtExpressions } from './look.ts'

const patternsIn = (text: string, file = 'a.ts') =>
  findExpressions(file, text).expressions.map(({ pattern, flags }) => `/${pattern}/${flags}`)
const builtIn = (text: string) => findExpressions('a.ts', text).built.map(({ line, argument }) => `${line}: ${argument}`)

describe('expressions are found', () => {
  test('as literals, with their line and flags, and not in comments and texts', () => {
    const text = `// /no/\nconst text = '/no/'\nexport const a = /a\\/b/giu\nexport const ratio = 6 / 2 / 3\n`
    expect(findExpressions('a.ts', text)).toEqual({ expressions: [{ file: 'a.ts', line: 3, pattern: 'a\\/b', flags: 'giu' }], built: [] })
  })

  test('in a page, among its elements', () => {
    expect(patternsIn('export const A = () => <p title="/no/">{/yes/.test("")} a / b / c</p>', 'a.tsx')).toEqual(['/yes/'])
  })

  test.each([
    ["new RegExp('^a+$', 'u')", '/^a+$/u'],
    ["RegExp('a')", '/a/'],
    [`const word = '[a-z]'; const two = \`\${word}\${word}\`; new RegExp(\`^\${two}+\` + '$')`, '/^[a-z][a-z]+$/'],
    ["const one = new RegExp('a|b', 'i'); new RegExp(one, 'g')", '/a|b/g'],
    ['new RegExp(/a/i)', '/a/i'],
  ])('as %s', (text, pattern) => {
    expect(patternsIn(text)).toContain(pattern)
    expect(builtIn(text)).toEqual([])
  })

  test.each([
    ['new RegExp(text)', '1: text'],
    [`import { a } from './a.ts'\nnew RegExp(\`^\${a}$\`)`, `2: \`^\${a}$\``],
    ["const a = 'x'\nconst of = (a: string) => new RegExp(a)", '2: a'],
    ["let a = 'x'\nnew RegExp(a)", '2: a'],
  ])('as one that is built at run time: %s', (text, built) => {
    expect([patternsIn(text), builtIn(text)]).toEqual([[], [built]])
  })

  test('or the check fails where a source cannot be parsed', () => {
    expect(() => findExpressions('a.ts', 'const = /a/')).toThrow('a.ts: ')
  })
})

describe('the check', () => {
  const expression = (pattern: string, flags = ''): Expression => ({ file: 'a.ts', line: 7, pattern, flags })

  test('refuses an expression that backtracks, with its degree and an attack', async () => {
    const found = await judge([
      expression('^(a+)+$'),
      expression('^\\s*charset\\s*=\\s*"?([^"]*?)"?\\s*$', 'i'),
      expression('\\s+$', 'u'),
      expression('^(?:a|b\\s)*\\s*c', 'v'),
    ])
    expect(found.map(({ pattern, line, why }) => `${line} ${pattern}: ${why}`)).toEqual([
      expect.stringMatching(/^7 \^\(a\+\)\+\$: exponential, such as on '/),
      expect.stringMatching(/^7 .*: 3rd degree polynomial, such as on 'charset/i),
      expect.stringMatching(/^7 \\s\+\$: 2nd degree polynomial, such as on '/),
      // The checker does not support the flag v, so such an expression needs another proof.
      expect.stringMatching(/^7 .*: not judged \((unsupported|invalid): /),
    ])
  }, 60_000)

  test('passes an expression that reads a text once', async () => {
    expect(await judge([expression('^[a-z]{1,20}(\\.[a-z]{1,20}){0,3}$'), expression('[\\p{L}\\p{M}]+', 'gu'), expression('a|b')])).toEqual(
      [],
    )
  }, 60_000)
})

test('product code with a planted expression is refused with its file and line; tests and trusted expressions are recognised', async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-regexes-'))
  const write = (file: string, text: string) => {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  try {
    write('schemas/src/planted.ts', 'export const good = /^a{1,3}$/\nexport const planted = /^ *a* *$/\n')
    write('services/a/src/built.ts', 'export const of = (a: string) => new RegExp(a)\n')
    write('services/a/src/planted.test.ts', 'export const trusted = /(a+)+$/\n')
    write('schemas/generated/a.schema.json', JSON.stringify({ properties: { name: { pattern: '^(b|b)*$' } } }))
    const { files, expressions, judged, findings, unknown } = await lookAtExpressions(root)
    expect({ files, expressions, judged }).toEqual({ files: 3, expressions: 5, judged: 3 })
    expect(findings.map(({ file, line, pattern }) => `${file}:${line} ${pattern}`)).toEqual([
      'schemas/src/planted.ts:2 ^ *a* *$',
      'schemas/generated/a.schema.json:0 ^(b|b)*$',
    ])
    expect(unknown).toEqual([{ file: 'services/a/src/built.ts', line: 1, argument: 'a' }])
  } finally {
    rmSync(root, { recursive: true })
  }
}, 60_000)

test('the check fails for a repository without sources', async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-regexes-'))
  try {
    expect(await lookAtExpressions(root)).toMatchObject({ files: 0, expressions: 0, judged: 0, findings: [] })
  } finally {
    rmSync(root, { recursive: true })
  }
})
