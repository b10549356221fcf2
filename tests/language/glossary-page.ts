import { glossary, labels, type Section } from './glossary.ts'

/** docs/start/glossary.md, as the terms of `glossary.ts` make it. */
export const glossaryPage = (): string => `---
reader: everyone
task: look up a term, or its name in French, Spanish or Arabic
---
# Glossary

For everyone who meets an unknown word: one term for each concept, in code, messages and pages alike.

\`npm run generate\` makes this page from \`tests/language/glossary.ts\`. That file has further terms for contributors.

${glossary
  .filter(({ isForContributors }) => !isForContributors)
  .map(sectionOf)
  .join('\n\n')}

## Labels of the page

| English | French | Spanish | Arabic |
|---|---|---|---|
${labels
  .filter(({ isOnPage }) => isOnPage)
  .map(({ en, fr, es, ar }) => `| ${[en, fr, es, ar].join(' | ')} |`)
  .join('\n')}
`

function sectionOf({ title, terms }: Section): string {
  const isTranslated = terms.some(({ translations }) => translations)
  const rows = terms.map(({ term, meaning, translations }) => {
    const inOther = translations ? [translations.fr, translations.es, translations.ar] : ['', '', '']
    return `| ${[term, meaning, ...(isTranslated ? inOther : [])].join(' | ')} |`
  })
  const head = ['term', 'meaning', ...(isTranslated ? ['French', 'Spanish', 'Arabic'] : [])]
  return `## ${title}\n\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}`
}
