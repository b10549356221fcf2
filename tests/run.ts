import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import { startProcess } from '@holdfast/test-kit/start-process'
import { tierVariable } from '@holdfast/test-kit/tier'
import { type Counts, closingLine, judge } from './counts.ts'
import { campaignFolderName, makeFolder } from './simulation/src/engine/folders.ts'
import { onNpmEnd } from './src/npm-end.ts'
import { endProcessesUnder } from './src/processes-under.ts'
import { removeFolder } from './src/remove-folder.ts'
import { tierOfRun } from './tier-of-run.ts'

// `npm test`, `npm run test:full` and `npm run measure`: runs vitest with these arguments, passes its output through
// and prints the counts last. Leaves no process and no temporary folder behind.

/** CI kills a run 20 s after it has sent SIGTERM. */
const graceMs = 5_000
const restEndsWithinMs = 5_000

const root = fileURLToPath(new URL('..', import.meta.url))
/**
 * The temporary folder of every process of the run. Other users of the machine create files in it, as in the system's.
 */
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
chmodSync(scratch, 0o1777)
/** In memory where possible: temporary files of simulations and servers. */
const memory = makeFolder()
const countsFile = join(scratch, 'counts.json')
const { tier, args, isRecording } = tierOfRun(process.argv.slice(2))

const vitest = startProcess(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'tests/count-reporter.ts')}`,
    ...args,
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      NODE_COMPILE_CACHE: compiledFolder,
      ...process.env,
      TMPDIR: scratch,
      [campaignFolderName]: memory,
      HOLDFAST_TEST_MEMORY: memory,
      HOLDFAST_TEST_COUNTS: countsFile,
      [tierVariable]: tier,
      ...(isRecording ? { HOLDFAST_RECORD_RATIOS: '1' } : {}),
    },
  },
)

/** A terminal sends the signal to npm too, which passes it on, so a second signal is no second request. */
let interruption: NodeJS.Signals | undefined
function interrupt(signal: NodeJS.Signals): void {
  if (interruption) return
  interruption = signal
  vitest.kill(signal)
  setTimeout(() => vitest.kill('SIGKILL'), graceMs).unref()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
onNpmEnd(() => interrupt('SIGTERM'))
// Cleaning up must continue after the reader of the output has gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const exitCode = await new Promise<number>(resolve => {
  vitest.on('error', error => {
    console.error(`vitest did not start: ${error.message}`)
    resolve(1)
  })
  vitest.on('exit', (code, signal) => {
    if (signal && !interruption) console.error(`vitest was killed by ${signal}`)
    resolve(code ?? 1)
  })
})

const isOfChanges = args.some(arg => arg === '--changed' || arg.startsWith('--changed='))
const counts = judge(readCounts(), exitCode, { mayBeEmpty: isOfChanges })
const left = [...(await endProcessesUnder(scratch, restEndsWithinMs)), ...(await endProcessesUnder(memory, restEndsWithinMs))]
for (const { pid, command } of left) console.error(`The tests left process ${pid} running; killing it: ${command}`)
if (process.env.HOLDFAST_TEST_KEEP) console.log(`kept: ${scratch}`)
else removeFolder(scratch)
removeFolder(memory)
console.log(closingLine(counts))
process.exitCode = interruption ? 128 + constants.signals[interruption] : counts.failed > 0 ? 1 : 0

function readCounts(): Counts | undefined {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8')) as Counts
  } catch {
    console.error(
      interruption ? `${interruption} ended the test run.` : 'The test run ended before it wrote its report, so it counted nothing.',
    )
    return undefined
  }
}
