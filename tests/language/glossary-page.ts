import { avoided } from './avoided.ts'
import { glossary, labels, type Section } from './glossary.ts'

/** docs/start/glossary.md, as the terms of `glossary.ts` and the wordings of `avoided.ts` make it. */
export const glossaryPage = (): string => `---
reader: everyone
task: look up a term, or its name in French, Spanish or Arabic
---
# Glossary

For everyone who meets an unknown word: one term for each concept, in code, messages and pages alike.

\`npm run generate\` makes this page from \`tests/language/glossary.ts\` and \`tests/language/avoided.ts\`. The last column lists wordings that this project does not use.
Those in italics have other meanings too, so no check looks for them.

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
