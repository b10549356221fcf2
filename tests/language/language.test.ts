import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { avoided } from './avoided.ts'
import { isMeasured } from './exceptions.ts'
import { figuresOf, overLimits } from './figures.ts'
import { findAvoided } from './find-avoided.ts'
import { glossary, labels } from './glossary.ts'
import { lookAtLanguage } from './look.ts'
import { partsOf, proseOf } from './markdown.ts'
import { splitSource } from './split-source.ts'

const root = join(import.meta.dirname, '..', '..')
const findingsIn = (file: string, content: string) =>
  findAvoided(file, content).map(({ line, scope, found }) => `${line} ${scope}: ${found}`)

describe('an avoided wording is found', () => {
  test.each([
    ['in an identifier', 'services/a/src/a.ts', 'export const x = 1\nexport const ledTo = x\n', '2 name: led to'],
    ['in a constant', 'services/a/src/a.ts', 'const LED_TO = 1', '1 name: led to'],
    ['in a property', 'services/a/src/a.ts', 'const a = b.wordsOfPersons', '1 name: words of persons'],
    ['in a class of a style sheet', 'packages/a/a.css', '.let-go { color: red }', '1 name: let go'],
    ['in the name of a file', 'services/a/src/doors.ts', '', '0 name: doors'],
    ['in a comment', 'services/a/src/a.ts', '// The words of\n// persons.\nconst a = 1', '1 comment: words of\n// persons'],
    ['in a block comment', 'services/a/src/a.ts', '/** A\n * door. */', '2 comment: door'],
    ['in a comment of a script', '.ci/run', 'a=1\n# It is made anew.\n', '2 comment: made anew'],
    ['in a text', 'services/a/src/a.ts', "log('a door opens')", '1 string: door'],
    ['in a template', 'services/a/src/a.ts', ['log(`a ', '{b} door`)'].join('$'), '1 string: door'],
    ['in an expression of a template', 'services/a/src/a.ts', ['log(`a ', '{door}`)'].join('$'), '1 name: door'],
    ['in a page', 'docs/a.md', '# Title\n\nEach door\nopens.\n', '3 doc: door'],
    ['in a table of a page', 'docs/a.md', '| a | a door |\n|---|---|\n', '1 doc: door'],
    ['in a catalog that is code', 'packages/desk-page/src/locales/en.ts', "const a = { held: 'Held' }", '1 catalog: held'],
    ['in the catalog of the page', 'packages/desk-web/src/locales/en.po', 'msgid "a"\nmsgstr "Held"\n', '2 catalog: held'],
    ['in an id of the catalog', 'packages/desk-web/src/locales/en.po', 'msgid "a.lostPast"\nmsgstr ""\n', '1 name: lost past'],
    ['in a comment of the catalog', 'packages/desk-web/src/locales/en.po', '#. A door.\nmsgid "a"\n', '1 comment: door'],
    ['in a catalog that is data', 'packages/desk-web/src/locales/en.json', '{ "a": "a door" }', '1 catalog: door'],
  ])('%s', (_, file, content, expected) => {
    expect(findingsIn(file, content)).toContain(expected)
  })

  test.each([
    ['as a part of another word', 'services/a/src/a.ts', 'const outdoors = folder\n'],
    ['as code of a page', 'docs/a.md', 'Run `npm run doors`.\n\n```sh\nnpm run doors\n```\n'],
    ['as the target of a link', 'docs/a.md', '[Endpoints](checking.md#doors)\n'],
    ['in another scope', 'services/a/src/a.ts', '// The fault led to a restart.\n'],
    ['in the page’s other languages', 'packages/desk-web/src/locales/fr.po', 'msgid "a"\nmsgstr "notice"\n'],
    ['as a label where it is no label', 'packages/desk-web/src/locales/en.po', 'msgid "a"\nmsgstr "Held by the bank"\n'],
    ['with another meaning', 'docs/a.md', 'Case folding. It may be added without notice. An INTERPOL Notice.\n'],
  ])('but not %s', (_, file, content) => {
    expect(findingsIn(file, content)).toEqual([])
  })

  test('and each wording with a pattern matches itself', () => {
    const unmatched = avoided.filter(({ wording, pattern, scopes }) => {
      const scope = scopes.includes('catalog') ? 'catalog' : scopes[0]
      const [file, content] =
        scope === 'catalog'
          ? ['packages/desk-web/src/locales/en.po', `msgstr ${JSON.stringify(wording)}`]
          : ['a.ts', `const ${wording.replaceAll(' ', '_')} = 1`]
      const text = scope === 'comment' ? ['a.ts', `// ${wording}`] : [file, content]
      return pattern && !findAvoided(text[0] ?? '', text[1] ?? '').some(finding => finding.avoided.wording === wording)
    })
    expect(unmatched.map(({ wording }) => wording)).toEqual([])
  })
})

describe('the look at a repository', () => {
  const look = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-language-'))
    try {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(join(folder, file, '..'), { recursive: true })
        writeFileSync(join(folder, file), content)
      }
      return lookAtLanguage(folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('refuses what is planted in an identifier, a comment, a page and a catalog, but not an exception', () => {
    const { problems, findings, files } = look({
      'docs/start/glossary.md': 'A door opens.\n',
      'services/a/src/a.ts': '// Nobody waits.\nexport const ledTo = 1\n',
      'packages/desk-web/src/locales/en.po': 'msgid "a"\nmsgstr "Let go"\n',
      'packages/encryption/src/request-key.ts': "const label = 'holdfast.sealed.v1'\n",
    })
    expect(problems).toEqual([
      'docs/start/glossary.md:1 doc: "door" is not used here; use: endpoint, ingress',
      'packages/desk-web/src/locales/en.po:2 catalog: "let go" is not used here; use: released',
      'services/a/src/a.ts:1 comment: "nobody" is not used here; use: no member, no person …',
      'services/a/src/a.ts:2 name: "led to" is not used here; use: resulting state',
    ])
    expect([findings.length, files]).toEqual([5, 4])
  })

  test('refuses long sentences and cells in a measured page', () => {
    const long = `${'word '.repeat(41)}.\n`
    const { problems } = look({ 'docs/other.md': `${long}\n| a |\n|---|\n| ${'word '.repeat(26)} |\n`, 'packages/a/README.md': long })
    expect(problems.map(problem => problem.slice(0, 60))).toEqual([
      expect.stringContaining('docs/other.md: median sentence of 41 words'),
      expect.stringContaining('docs/other.md: 90th percentile of 41 words'),
      expect.stringContaining('docs/other.md: a sentence of 41 words'),
      expect.stringContaining('docs/other.md: a cell of 26 words'),
    ])
  })

  test('sees no file in an empty repository, which the check refuses', () => {
    expect(look({})).toEqual({ files: 0, findings: [], problems: [] })
  })

  test('a measured page is at the top or in docs', () => {
    const files = ['README.md', 'docs/start/glossary.md', 'docs/adr/README.md', 'docs/vectors/README.md', 'packages/cli/README.md']
    expect(files.map(isMeasured)).toEqual([true, true, true, false, false])
  })
})

describe('sources are split', () => {
  const kinds = (text: string) => splitSource(text).map(({ kind, text: part }) => `${kind} ${part}`)

  test('into code, comments and strings, and nothing is lost', () => {
    const text = "const a = \"x\" // c\nconst b = '\\'y' /* d */ + 1"
    expect(kinds(text)).toEqual([
      'code const a = ',
      'string "x"',
      'code  ',
      'comment // c',
      'code \nconst b = ',
      "string '\\'y'",
      'code  ',
      'comment /* d */',
      'code  + 1',
    ])
    expect(
      splitSource(text)
        .map(segment => segment.text)
        .join(''),
    ).toBe(text)
  })

  test('with templates in templates', () => {
    const text = ['`a ', '{b({ c: `d ', '{e}` })} f` + g'].join('$')
    expect(kinds(text)).toEqual([
      'string `a ${',
      'code b({ c: ',
      'string `d ${',
      'code e',
      'string }`',
      'code  })',
      'string } f`',
      'code  + g',
    ])
  })

  test('where a slash divides, or begins an expression with quotes and slashes', () => {
    expect(kinds('a / b / c')).toEqual(['code a / b / c'])
    expect(kinds('a.replace(/["/*]+/g, b)')).toEqual(['code a.replace(', 'string /["/*]+/g', 'code , b)'])
  })

  test('and an apostrophe of an element begins no text', () => {
    expect(kinds("<p>don't</p>\nconst a = 'b'")).toEqual(["code <p>don't</p>\nconst a = ", "string 'b'"])
  })
})

describe('a page', () => {
  test('has sentences in paragraphs, items and quotes, and none in headings, code, comments and tables', () => {
    const page =
      '# A heading. Not counted\n\nOne sentence\nover two lines. Another one!\n\n```sh\n# no sentence. none\n```\n\n<!-- No. None. -->\n\n- An item\n- Two. Items?\n1. A step\n   goes on\n\n> Quoted.\n\n| a cell | b |\n|---|---|\n| c. Still c | |\n'
    expect(partsOf(page)).toEqual({
      sentences: ['One sentence over two lines.', 'Another one!', 'An item', 'Two.', 'Items?', 'A step goes on', 'Quoted.'],
      cells: ['a cell', 'b', 'c. Still c'],
    })
  })

  test.each([
    ['abbreviations end nothing', 'Use it, e.g. Kafka, vs. Redis etc. It works.', ['Use it, e.g. Kafka, vs. Redis etc. It works.']],
    ['decimals and file names end nothing', 'Version 1.5 of a.ts runs. Good.', ['Version 1.5 of a.ts runs.', 'Good.']],
    ['code ends nothing, and may begin a sentence', 'Call `a. B` now. `c` is next.', ['Call `a. B` now.', '`c` is next.']],
    [
      'quotes and emphasis close a sentence',
      'He said “Stop.” *Go on.* Then (it ended.) End',
      ['He said “Stop.”', '*Go on.*', 'Then (it ended.)', 'End'],
    ],
    ['links count by their text', 'See [the page](https://a.example/b_(c) "t. T"). ![A picture. No](a.png)', ['See the page.']],
    ['an escaped bar stays in its cell', '| a \\| b | c |', []],
  ])('%s', (_, page, sentences) => {
    expect(partsOf(page).sentences).toEqual(sentences)
  })

  test('keeps its lines where code, targets and elements are left out', () => {
    expect(proseOf('a `b\nc` d\n[e](f.md) <b>g</b>')).toBe('a   \n   d\n[e           g    ')
    expect(partsOf('| a \\| b | c |').cells).toEqual(['a \\| b', 'c'])
  })

  test('has a median, a 90th percentile and longest ones', () => {
    const sentences = Array.from({ length: 10 }, (_, i) => `${'Word '.repeat(i)}end.`)
    const figures = figuresOf([`${sentences.join(' ')}\n\n| a b c |\n|---|\n`])
    expect(figures).toMatchObject({ sentences: 10, median: 5, ninetieth: 9, longest: 10, cells: 1, longestCell: 3 })
    expect(overLimits(figures)).toEqual([])
  })
})

describe('the glossary', () => {
  const terms = glossary.flatMap(section => section.terms)

  test('has each term once, and each avoided wording leads to one', () => {
    const named = terms.map(({ term }) => term)
    expect(named.length).toBe(new Set(named).size)
    expect(avoided.filter(({ kind, use }) => kind === 'term' && !named.includes(use))).toEqual([])
    const english = labels.map(({ en }) => en)
    expect(avoided.filter(({ kind, use }) => kind === 'label' && !english.includes(use))).toEqual([])
  })

  test.each(['fr', 'es', 'ar'] as const)('has translations that the page uses: %s', language => {
    const catalog = readFileSync(join(root, `packages/desk-web/src/locales/${language}.po`), 'utf8').toLowerCase()
    const shown = [...terms.flatMap(({ translations }) => translations ?? []), ...labels.filter(({ isOnPage }) => isOnPage)]
    const words = shown.flatMap(each => each[language].split(/[,،] /))
    expect(words.filter(word => !catalog.includes(word.toLowerCase()))).toEqual([])
  })
})
