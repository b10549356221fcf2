import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mappingPage } from './page/mapping-page.ts'

// Writes docs/iso20022.md, or with --check compares it: exit 1 when it drifted.

const path = join(import.meta.dirname, '../../docs/iso20022.md')
const wanted = mappingPage()
const isAsWanted = presentText() === wanted

if (!process.argv.includes('--check')) {
  if (!isAsWanted) writeFileSync(path, wanted)
  console.log(`docs/iso20022.md: ${isAsWanted ? 'unchanged' : 'written'}`)
} else if (isAsWanted) console.log('docs/iso20022.md is as its source says')
else {
  console.error('docs/iso20022.md is not what its source says: npm run generate')
  process.exitCode = 1
}

function presentText(): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
