import { basename } from 'node:path'
import { bounds } from './bounds.ts'

const linkTo = (file: string, text = basename(file, '.test.ts')): string => `[${text}](../../${file})`

/** The page docs/contributing/bounds.md. */
export function boundsPage(): string {
  const sections = Object.entries(bounds).map(
    ([entry, ofEntry]) => `## ${entry}

| input | mechanism | bound | test |
|---|---|---|---|
${ofEntry.map(({ code, input, mechanism, bound, tests }) => `| ${input} | ${linkTo(code, mechanism)} | ${bound} | ${tests.map(({ file }) => linkTo(file)).join(' ')} |`).join('\n')}
`,
  )
  return `---
reader: contributor
task: bound the work that outside input can cause
---
<!-- Generated from tests/bounds/bounds.ts by npm run generate. -->
# Bounds of outside input

For contributors who add an endpoint, a parser or a loop over outside input: the bound of each existing one.

1. Bound the code.
2. Write a test that exceeds the bound.
3. Add its row, with the titles of its tests, to \`tests/bounds/bounds.ts\`.
4. Run \`npm run generate\`, and then \`npm test -- tests/bounds\`. It fails if a file or a title does not exist.

[under-attack](../../tests/faults/under-attack.test.ts) sends inputs that once exceeded a bound to a whole engine, and measures the effect on another country.

${sections.join('\n')}
## Not bounded

- Work after the first wait of a request, such as encryption, is not charged to a member. Rate limits apply to it.
- \`holdfast verify\` takes time in proportion to the file. It reads the leaf numbers of an export once for each tree.
`
}
