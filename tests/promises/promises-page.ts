import { basename } from 'node:path'
import { type Look, promises } from './promises.ts'

/** More further tests in one cell would be too long to read. */
const perRow = 3

/** The page docs/contributing/promises.md. */
export function promisesPage(): string {
  const linkOf = ({ file, finds }: Look): string => `[${basename(file, '.test.ts')}](../../${file}): ${finds}`
  const rows = promises.flatMap(({ promise, judge, further }) => [
    `| **${promise}** | ${linkOf(judge)} | ${further.slice(0, perRow).map(linkOf).join('<br>')} |`,
    ...(further.length > perRow ? [`| | | ${further.slice(perRow).map(linkOf).join('<br>')} |`] : []),
  ])
  return `---
reader: contributor
task: change or remove a test without losing what it finds
---
<!-- Generated from tests/promises/promises.ts by npm run generate. -->
# Promises and their tests

For contributors who change or remove a test: the tests of each [guarantee](../explain/guarantees.md), and what each finds.

Before you remove a test, name the test that finds the same. A package's own tests may go only where its [mutation score](mutation.md) is on record.

| promise | first judge | a further test finds in addition |
|---|---|---|
${rows.join('\n')}
`
}
