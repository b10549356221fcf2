import { bounds } from './bounds.ts'

const linkTo = (file: string, text: string): string => `[${text}](../../${file})`

/** The page docs/contributing/bounds.md. */
export function boundsPage(): string {
  const sections = Object.entries(bounds).map(
    ([entry, ofEntry]) => `## ${entry}

| input | bound |
|---|---|
${ofEntry.map(({ code, input, bound }) => `| ${linkTo(code, input)} | ${bound} |`).join('\n')}
`,
  )
  return `---
reader: contributor
task: bound the work that outside input can cause
---
<!-- Generated from tests/bounds/bounds.ts by npm run generate. -->
# Bounds of outside input

For contributors who add an endpoint, a parser or a loop over outside input: the code that reads each input, and its bound.

1. Bound the code, and write a test that exceeds the bound.
2. Add its row to [bounds.ts](../../tests/bounds/bounds.ts), which names the mechanism and the tests of each bound.
3. Run \`npm run generate\` and \`npm test -- tests/bounds\`.

[under-attack](../../tests/faults/under-attack.test.ts) sends such inputs to a whole engine, and measures the effect on another country.

${sections.join('\n')}
## Not bounded

- Work after the first wait of a request, such as encryption, is not charged to a member. Rate limits apply to it.
- \`holdfast verify\` takes time in proportion to the file. It reads leaf numbers once for each tree.
`
}
