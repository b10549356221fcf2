import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docsPages, readers, splitFrontmatter, wordCount } from '../../docs/pages.ts'
import { figuresOf, overLimits } from '../language/figures.ts'
import { codeBlocks } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
const pages = docsPages()
const isThreatModel = (path: string): boolean => path === 'explain/threat-model.md'
/** A reference that is generated from the code is as long as the code makes it. */
const isReference = (path: string): boolean => path.startsWith('reference/') || path === 'start/glossary.md'

/** What the frontmatter of a page lacks, or where its blocks are not run. */
function problemsOf({ path, reader, task, test: named, text, title }: (typeof pages)[number]): string[] {
  const source = named && existsSync(join(root, named)) ? readFileSync(join(root, named), 'utf8') : ''
  const hasBlocks = codeBlocks(text).length > 0
  // The test of a page without blocks performs its steps.
  const opens = source.includes(hasBlocks ? `openPage('${path}')` : `docs/${path}`)
  return [
    ...(readers.includes(reader) ? [] : [`no reader of the list: “${reader}”`]),
    ...(task === '' ? ['no task'] : []),
    ...(title === path ? ['no heading'] : []),
    ...(hasBlocks && named === undefined ? ['code blocks, but no test in the frontmatter'] : []),
    ...(named !== undefined && !opens ? [`${named} does not open the page`] : []),
  ].map(problem => `docs/${path}: ${problem}`)
}

test('each page has a reader, a task and a heading, and a test that opens it if it has code blocks', () => {
  expect(pages.length).toBeGreaterThan(50)
  expect(pages.flatMap(problemsOf)).toEqual([])
})

test('a page without a reader, or with code that no test runs, is found', () => {
  const page = {
    area: 'start',
    path: 'start/x.md',
    title: 'X',
    reader: 'all',
    task: '',
    test: undefined,
    text: '# X\n\n```sh\necho\n```\n',
  }
  expect(problemsOf(page)).toEqual([
    'docs/start/x.md: no reader of the list: “all”',
    'docs/start/x.md: no task',
    'docs/start/x.md: code blocks, but no test in the frontmatter',
  ])
  expect(problemsOf({ ...page, reader: 'everyone', task: 'try it', test: 'tests/docs/pages.test.ts' })).toEqual([
    'docs/start/x.md: tests/docs/pages.test.ts does not open the page',
  ])
})

test('all pages without the threat model have at most 35,000 words, and no page for a task more than 1,800', () => {
  const counted = pages.map(({ path, text }) => ({ path, words: wordCount(text) })).filter(({ path }) => !isThreatModel(path))
  expect(counted.filter(({ path, words }) => !isReference(path) && words > 1800)).toEqual([])
  expect(counted.reduce((sum, { words }) => sum + words, 0)).toBeLessThanOrEqual(35_000)
})

test('the threat model has at most 7,000 words', () => {
  expect(pages.filter(({ path, text }) => isThreatModel(path) && wordCount(text) <= 7_000)).toHaveLength(1)
})

test.each(pages.map(page => [page.path, page.text] as const))('%s keeps to the limits of sentences and cells', (_path, text) => {
  expect(overLimits(figuresOf([text]))).toEqual([])
})

test('frontmatter is read without its comments and quotes, and is no sentence of the page', () => {
  const page = '---\nreader: bank\ntask: "answer: an order"\ntest: tests/a.test.ts     # runs it\n---\n# T\n\nOne two.\n'
  const { fields, text } = splitFrontmatter(page)
  expect([...fields]).toEqual([
    ['reader', 'bank'],
    ['task', 'answer: an order'],
    ['test', 'tests/a.test.ts'],
  ])
  expect(wordCount(text)).toBe(3)
  expect(figuresOf([page]).sentences).toBe(1)
})
