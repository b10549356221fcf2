import { type Look, promises } from './promises.ts'

/** The page docs/promises.md. */
export function promisesPage(): string {
  const linkOf = ({ file, title }: Look): string => {
    const name = file
      .split('/')
      .at(-1)
      ?.replace(/\.test\.ts$/, '')
    return `[${name}](../${file})${title === undefined ? '' : ` *${title}*`}`
  }
  const rows = promises.flatMap(({ promise, judge, further }) => [
    `| **${promise}** | ${linkOf(judge)} | ${judge.finds} |`,
    ...further.map(look => `| | ${linkOf(look)} | ${look.finds} |`),
  ])
  return `<!-- Generated from tests/promises/promises.ts by npm run generate. -->
# Promises and their tests

For engineers who change or remove a test. Each promise of [guarantees.md](guarantees.md) has one first judge, in bold rows. A further test is kept because it finds what the first judge cannot.

Before you remove a test, find its rows here. If a row is its only reason, say which other test finds the same. Tests next to the source of a package may go only where the package's mutation score is on record ([mutation.md](mutation.md)).

| promise | test | finds |
|---|---|---|
${rows.join('\n')}
`
}
