import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { directoryPage } from './page/directory-page.ts'
import { directoryFileSchema } from './src/directory-file.ts'

// Writes docs/directory.md and docs/directory.schema.json, or with --check compares them: exit 1 when one drifted.

const folder = join(import.meta.dirname, '../../docs')
const { $schema, ...rest } = z.toJSONSchema(directoryFileSchema, { target: 'draft-2020-12', io: 'input' })
const wanted = {
  'directory.md': directoryPage(readFileSync(join(import.meta.dirname, 'page/example.json'), 'utf8')),
  'directory.schema.json': `${JSON.stringify({ $schema, $id: 'urn:holdfast:schema:directory:v1', ...rest }, null, 2)}\n`,
}

for (const [name, text] of Object.entries(wanted)) {
  const isAsWanted = presentText(join(folder, name)) === text
  if (!process.argv.includes('--check')) {
    if (!isAsWanted) writeFileSync(join(folder, name), text)
    console.log(`docs/${name}: ${isAsWanted ? 'unchanged' : 'written'}`)
  } else if (isAsWanted) console.log(`docs/${name} is as its source says`)
  else {
    console.error(`docs/${name} is not what its source says: npm run generate`)
    process.exitCode = 1
  }
}

function presentText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
