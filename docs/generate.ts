import { docsPages, wordCount } from './pages.ts'
import { writeDocuments } from './write-documents.ts'

// `node docs/generate.ts [--check]`: writes the list of pages, docs/pages.md.

const path = 'pages.md'
const head = `---
reader: contributor
task: see which reader, task and test each page has
---
# List of pages

For contributors who add or change a page of \`docs\`.

\`npm run generate\` writes this list from the frontmatter of the pages. \`tests/docs/pages.test.ts\` checks each page.

| page | reader | task | words | test |
|---|---|---|---|---|
`

const cell = (text: string): string => text.replaceAll('|', '\\|')
const testLink = (test: string | undefined): string =>
  test === undefined ? '' : `[${test.split('/').at(-1)?.replace('.test.ts', '')}](../${test})`

const rows = docsPages().map(page => [
  `[${page.area}: ${cell(page.title)}](${page.path})`,
  page.reader,
  cell(page.task),
  wordCount(page.text),
  testLink(page.test),
])
const total = rows.reduce((sum, { 3: words }) => sum + Number(words), 0)

writeDocuments({
  [path]: `${head}${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n\nAll pages have ${total} words outside code blocks.\n`,
})
