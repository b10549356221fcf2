import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fact } from '@holdfast/payment-stop/language'
import { erasedInTheEnd } from './erased.ts'
import { openStage } from './stage.ts'
import { storyCountries, storyProfiles, storyStart, tell } from './story.ts'
import { viewsAfterEach } from './views-after-each.ts'

// Plays the story on a real engine with a test clock and stores its ledger: `npm run record --workspace tests -- NAME`;
// with `--erased` that of a story that ends in erasure.

const { values, positionals } = parseArgs({ options: { erased: { type: 'boolean', default: false } }, allowPositionals: true })
const [name = ''] = positionals
if (!/^[a-z0-9-]{1,40}$/.test(name)) fail('Name the recording with lower-case letters, digits and hyphens.')
const path = join(import.meta.dirname, `${name}.jsonl`)
// A recording of an older engine cannot be recreated.
if (existsSync(path)) fail(`${name}.jsonl exists, and recordings are never overwritten. Choose another name.`)

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
