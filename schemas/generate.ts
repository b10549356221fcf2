import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDocuments } from '../docs/write-documents.ts'
import { jsonSchemas } from './json-schemas.ts'
import { errorsPage } from './pages/errors-page.ts'
import { requestFieldsPage } from './pages/request-fields-page.ts'

/** Writes `schemas/generated`. With `--check` it compares instead, and lists each file that differs. */
function generate(): void {
  const folder = join(import.meta.dirname, 'generated')
  mkdirSync(folder, { recursive: true })
  const wanted = jsonSchemas()
  const present = new Map(readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  const drifted = [...new Set([...wanted.keys(), ...present.keys()])].filter(name => wanted.get(name) !== present.get(name)).sort()

  if (process.argv.includes('--check')) {
    for (const name of drifted) console.error(`schemas/generated/${name} differs from its source: run npm run generate`)
    if (drifted.length > 0) process.exitCode = 1
    else console.log(`schemas/generated: ${wanted.size} schemas match their sources`)
    return
  }
  for (const name of drifted) {
    const text = wanted.get(name)
    if (text === undefined) rmSync(join(folder, name))
    else writeFileSync(join(folder, name), text)
  }
  console.log(`schemas/generated: ${wanted.size} schemas, ${drifted.length} changed`)
}

generate()
writeDocuments({ 'reference/errors.md': errorsPage(), 'reference/request-fields.md': requestFieldsPage() })
