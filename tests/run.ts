import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Counts, closingLine, judge } from './counts.ts'
import { compiledFolder } from './src/compiled-folder.ts'

// `npm test`: runs vitest with the arguments given, lets its output through, and ends with one line that counts.

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
const countsFile = join(scratch, 'counts.json')

const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'tests/count-reporter.ts')}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { NODE_COMPILE_CACHE: compiledFolder, ...process.env, HOLDFAST_TEST_COUNTS: countsFile } },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => vitest.kill(signal))

const exitCode = await new Promise<number>(resolve => {
  vitest.on('error', error => {
    console.error(`vitest did not start: ${error.message}`)
    resolve(1)
  })
  vitest.on('exit', (code, signal) => {
    if (signal) console.error(`vitest was ended by ${signal}`)
    resolve(code ?? 1)
  })
})

const counts = judge(readCounts(), exitCode)
rmSync(scratch, { recursive: true, force: true })
console.log(closingLine(counts))
process.exitCode = counts.failed > 0 ? 1 : 0

function readCounts(): Counts | undefined {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8')) as Counts
  } catch {
    console.error('The test run counted nothing: it ended before its report was written.')
    return undefined
  }
}
