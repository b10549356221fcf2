import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeNextVersion } from '../src/next-version.ts'

// Plays a short story on a next version of the engine. Stores its facts, and the states that the version derives:
// `npm run record:future --workspace tests -- NAME`.

const [name = ''] = process.argv.slice(2)
if (!/^[a-z0-9-]{1,40}$/.test(name)) fail('Name the recording with lower-case letters, digits and hyphens.')
const [facts = '', views = ''] = ['.jsonl', '.expected.jsonl'].map(end => join(import.meta.dirname, `${name}${end}`))
if (existsSync(facts)) fail(`${name}.jsonl exists, and recordings are never overwritten. Choose another name.`)

const next = makeNextVersion()
try {
  const { status } = spawnSync(process.execPath, ['tests/replay/tell-future.ts', facts, views], {
    cwd: next.path,
    stdio: 'inherit',
    timeout: 120_000,
  })
  process.exitCode = status ?? 1
} finally {
  next.remove()
}

function fail(why: string): never {
  console.error(why)
  process.exit(2)
}
