import { join } from 'node:path'
import { answerKindOfFact, commandKinds, factKinds, factsOfCommand } from '@holdfast/payment-stop/language'
import { writeDocuments } from '../../docs/write-documents.ts'
import { problemsOf } from './catalogs/check-catalogs.ts'
import { parametersOf } from './catalogs/parameters.ts'
import { readCatalog } from './catalogs/read-catalog.ts'

// Writes the types of the page's messages from the English catalog, and the facts of commands, which the page would else
// load with the schemas. With --check it compares them: exit 1 when they drifted. Checks all catalogs too.

const catalogs = { en: readCatalog('en'), fr: readCatalog('fr'), es: readCatalog('es'), ar: readCatalog('ar') }
const problems = problemsOf(catalogs)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

const nameOf = (id: string): string => (/^[A-Za-z_]\w*$/.test(id) ? id : `'${id}'`)
function parametersType(text: string): string {
  const parameters = [...parametersOf(text)].map(([name, type]) => `readonly ${nameOf(name)}: ${type}`)
  return parameters.length === 0 ? 'None' : `{ ${parameters.join('; ')} }`
}

writeDocuments(
  {
    'messages.ts': `// Written by \`npm run generate\` from en.po.

type None = Record<never, never>

/** Each message of the page, with its parameters. */
export interface Messages {
${[...catalogs.en].map(([id, text]) => `  readonly ${nameOf(id)}: ${parametersType(text)}`).join('\n')}
}
`,
  },
  join(import.meta.dirname, 'src/locales'),
)

const isAnswerFact = (kind: (typeof factKinds)[number]): boolean => answerKindOfFact(kind) !== undefined

writeDocuments(
  {
    'facts-of-commands.ts': `// Written by \`npm run generate\` from the definitions of the commands.

/** The first fact that each command can become. */
export const factsOfCommands = {
${commandKinds.map(kind => `  ${kind}: '${factsOfCommand(kind)[0]}',`).join('\n')}
} as const

/** Facts that the answer of an institution becomes. */
export const answerFacts: ReadonlySet<string> = new Set([
${factKinds
  .filter(isAnswerFact)
  .map(kind => `  '${kind}',`)
  .join('\n')}
])
`,
  },
  join(import.meta.dirname, 'src/payment-stops/commands'),
)
