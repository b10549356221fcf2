import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisesPage } from './promises-page.ts'

// `node tests/promises/generate.ts [--check]`: writes docs/promises.md, or exits with 1 after drift.

const path = fileURLToPath(new URL('../../docs/promises.md', import.meta.url))
const page = promisesPage()
if (!process.argv.includes('--check')) writeFileSync(path, page)
else if (readFileSync(path, 'utf8') !== page) {
  console.error('docs/promises.md differs from tests/promises/promises.ts: run npm run generate')
  process.exitCode = 1
}
