import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fact } from '@holdfast/schemas'
import { erasedInTheEnd } from './erased.ts'
import { viewsAfterEach } from './fold-stream.ts'
import { openStage } from './stage.ts'
import { storyCountries, storyProfiles, storyStart, tell } from './story.ts'

// Plays the story on a real engine with a clock of its own and keeps its ledger: `npm run record --workspace tests -- NAME`; with `--erased` that of what is erased in the end.

const { values, positionals } = parseArgs({ options: { erased: { type: 'boolean', default: false } }, allowPositionals: true })
const [name = ''] = positionals
if (!/^[a-z0-9-]{1,40}$/.test(name)) fail('give the recording a name of small letters, digits and hyphens')
const path = join(import.meta.dirname, `${name}.jsonl`)
// What is kept is the point: a recording of an older engine can't be made again.
if (existsSync(path)) fail(`${name}.jsonl is there already, and a kept recording is not written over`)

const stage = await openStage(storyStart, storyCountries, storyProfiles)
try {
  await (values.erased ? erasedInTheEnd(stage) : tell(stage))
  const lines = await stage.ledger()
  const facts = lines.map(line => JSON.parse(line) as Fact)
  writeFileSync(path, textOf(lines))
  writeFileSync(join(import.meta.dirname, `${name}.expected.jsonl`), textOf(viewsAfterEach(facts).map(view => JSON.stringify(view))))
  console.log(`${name}: ${facts.length} facts of ${new Set(facts.map(fact => fact.subject)).size} requests`)
} finally {
  await stage.stop()
}

function textOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

function fail(why: string): never {
  console.error(why)
  process.exit(2)
}
