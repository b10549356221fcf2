import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from './configuration-page.ts'

// Writes docs/configuration.md, or with --check compares it: exit 1 when it drifted.

const name = 'docs/configuration.md'
const path = join(import.meta.dirname, '../..', name)
const wanted = configurationPage()
const isAsWanted = presentText() === wanted

if (!process.argv.includes('--check')) {
  if (!isAsWanted) writeFileSync(path, wanted)
  console.log(`${name}: ${isAsWanted ? 'unchanged' : 'written'}`)
} else if (isAsWanted) console.log(`${name} is as its source says`)
else {
  console.error(`${name} is not what its source says: npm run generate`)
  process.exitCode = 1
}

function presentText(): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
