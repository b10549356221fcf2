import { avoided } from './avoided.ts'
import { glossary, labels, type Section } from './glossary.ts'

/** docs/glossary.md, as the terms of `glossary.ts` and the wordings of `avoided.ts` make it. */
export const glossaryPage = (): string => `# Glossary

For engineers, translators and authors of this repository: one term for each concept, the same in code, wire formats, logs, the page and these documents.

Made by \`npm run generate\` from \`tests/language/glossary.ts\` and \`tests/language/avoided.ts\`. Change the terms there.

The last column lists wordings that are not used for the term. \`npm run check:language\` refuses them in the areas that are done
([list](../tests/language/done-areas.ts)). \`npm run check:language -- --report\` counts them in the whole repository.
A wording in italics has other meanings too, so the check does not look for it: judge it yourself.

${glossary.map(sectionOf).join('\n\n')}

## Labels of the page

Labels in the four languages of the desk's page. The page does not show the labels in italics yet.

| English | French | Spanish | Arabic |
|---|---|---|---|
${labels.map(({ en, fr, es, ar, isOnPage }) => `| ${[isOnPage ? en : `*${en}*`, fr, es, ar].join(' | ')} |`).join('\n')}
`

function sectionOf({ title, terms }: Section): string {
  const isTranslated = terms.some(({ translations }) => translations)
  const rows = terms.map(({ term, meaning, translations }) => {
    const inOther = translations ? [translations.fr, translations.es, translations.ar] : ['', '', '']
    return `| ${[term, meaning, ...(isTranslated ? inOther : []), insteadOf(term)].join(' | ')} |`
  })
  const head = ['term', 'meaning', ...(isTranslated ? ['French', 'Spanish', 'Arabic'] : []), 'not used']
  return `## ${title}\n\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}`
}

/** Names of wordings stand in code, as this page may not use them itself. */
const insteadOf = (term: string): string =>
  avoided
    .filter(({ use }) => use === term)
    .map(({ wording, pattern }) => (pattern ? `\`${wording}\`` : `*\`${wording}\`*`))
    .join(', ')
