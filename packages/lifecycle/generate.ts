import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { lifecyclePage } from './page/lifecycle-page.ts'

// Writes lifecycle.md and lifecycle.svg into docs or the folder that is named, or with --check compares them: exit 1 when one drifted.

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const folder = resolve(positionals[0] ?? join(import.meta.dirname, '../../docs'))

const page = lifecyclePage()
const wanted = {
  'lifecycle.md': page.text,
  'lifecycle.svg': (await Graphviz.load()).dot(page.drawing),
}

for (const [name, text] of Object.entries(wanted)) {
  const isAsWanted = presentText(join(folder, name)) === text
  if (!values.check) {
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
