import { join } from 'node:path'
import { writeDocuments } from '../../docs/write-documents.ts'
import { problemsOf } from './catalogs/check-catalogs.ts'
import { parametersOf } from './catalogs/parameters.ts'
import { readCatalog } from './catalogs/read-catalog.ts'

// Writes the types of the page's messages from the English catalog, or with --check compares them: exit 1 when they drifted. Checks all catalogs too.

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
