// biome-ignore lint/style/noRestrictedImports: the test must not kill the leftovers of a killed run.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaJars } from '@holdfast/test-kit/kafka-jars'
import { hasRedisServer } from '@holdfast/test-kit/redis-server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { campaignFolderName } from '../simulation/src/engine/folders.ts'
import { eventually } from '../src/engine.ts'
import { processesUnder } from '../src/processes-under.ts'

// Ends small test runs in every possible way. Afterwards none of their processes may be left.

const tests = join(import.meta.dirname, '..')
const root = join(tests, '..')
const startsWithinMs = 120_000
/** A loaded machine needs some seconds to end this many processes. */
const endsWithinMs = 20_000

/** Written by a planted test once everything runs. */
interface Started {
  readonly worker: number
  readonly vitest: number
}

const moduleOf = (path: string): string => JSON.stringify(join(root, path))
const startRedis = `import { startRedis } from ${moduleOf('packages/test-kit/src/redis-server.ts')}`
const runsUntilItEnds = `
  writeFileSync(process.env.HOLDFAST_STARTED, JSON.stringify({ worker: process.pid, vitest: process.ppid }))
  await new Promise(() => {})`

/** The files of each planted run. */
const suites = {
  /** A broker and a Redis of the run; a Redis, two services and a browser of the test. */
  whole: {
    'vitest.config.ts': `export default {
  test: { globalSetup: ${moduleOf('packages/test-kit/src/test-servers.ts')}, testTimeout: ${startsWithinMs} },
}`,
    'planted.test.ts': `import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
${startRedis}
import { missingBrowser, openBrowser } from ${moduleOf('tests/desk/src/browser.ts')}
import { startClusterEngine } from ${moduleOf('packages/test-kit/src/cluster-engine.ts')}
test('waits', async () => {
  const { url: redisUrl } = await startRedis()
  const startServices = ({ ledger, intake }) => Promise.all([ledger.start(), intake.start()])
  const { deskUrl } = await startClusterEngine({ brokers: process.env.HOLDFAST_TEST_KAFKA, redisUrl, startServices })
  if (!missingBrowser()) await openBrowser(deskUrl)
  ${runsUntilItEnds}
})`,
  },
  small: {
    'vitest.config.ts': `export default { test: { testTimeout: ${startsWithinMs} } }`,
    'planted.test.ts': `import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
${startRedis}
test('waits', async () => {
  await startRedis()
  ${runsUntilItEnds}
})`,
  },
  'out of time': {
    'vitest.config.ts': 'export default {}',
    'planted.test.ts': `import { test } from 'vitest'
${startRedis}
test('waits for too long', async () => {
  await startRedis()
  await new Promise(() => {})
}, 2_000)`,
  },
  'broken setup': {
    'vitest.config.ts': `export default { test: { globalSetup: './setup.ts' } }`,
    'setup.ts': `${startRedis}
export default async () => {
  await startRedis()
  throw new Error('no')
}`,
    'planted.test.ts': `import { test } from 'vitest'
test('is not run', () => {})`,
  },
} as const

const whyNot = await whyNoServers()
if (whyNot !== undefined) console.log(`Tests of interrupted runs are skipped: ${whyNot}`)

async function whyNoServers(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux reports which processes are left'
  if (!hasRedisServer()) return 'no redis-server is installed'
  return kafkaJars().then(
    () => undefined,
    (error: Error) => error.message,
  )
}

describe.skipIf(whyNot !== undefined)('no process and no folder is left', () => {
  let folder: string
  let scratch: string
  let run: ChildProcess
  let output: string

  beforeAll(() => {
    // Inside the workspace, so that planted tests find their imports; ignored by Git and by other runs.
    mkdirSync(join(tests, 'results'), { recursive: true })
    folder = mkdtempSync(join(tests, 'results', 'interrupted-'))
    for (const [suite, files] of Object.entries(suites)) {
      mkdirSync(join(folder, suite))
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, suite, name), text)
    }
  })
  afterEach(() => {
    for (const { pid } of processesUnder(scratch)) process.kill(pid, 'SIGKILL')
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Starts a run as a terminal does, in a process group of its own. */
  function start(suite: keyof typeof suites, [command, ...words]: readonly [string, ...string[]]): string {
    scratch = mkdtempSync(join(tmpdir(), 'holdfast-interrupted-'))
    const startedFile = join(folder, 'started.json')
    rmSync(startedFile, { force: true })
    const { HOLDFAST_TEST_KAFKA: _kafka, HOLDFAST_TEST_REDIS: _redis, ...env } = process.env
    const place = join(folder, suite)
    run = spawn(command, [...words, '--root', place, '--config', join(place, 'vitest.config.ts')], {
      cwd: root,
      detached: true,
      // The servers' data is in the same folder, which shows that these are processes of the run.
      env: {
        ...env,
        TMPDIR: scratch,
        [campaignFolderName]: scratch,
        HOLDFAST_TEST_SERVERS: 'native',
        HOLDFAST_TEST_LANES: '1',
        HOLDFAST_STARTED: startedFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    output = ''
    for (const stream of [run.stdout, run.stderr]) stream?.on('data', chunk => (output += String(chunk)))
    return startedFile
  }
  const byNpm = ['npm', 'test', '--silent', '--'] as const
  const byNode = [process.execPath, join(tests, 'run.ts')] as const

  /** Resolves when everything that the planted test starts is running. */
  async function startFully(suite: 'whole' | 'small', command: typeof byNpm | typeof byNode): Promise<Started> {
    const startedFile = start(suite, command)
    const hasStarted = async () => (run.exitCode === null ? existsSync(startedFile) || undefined : false)
    const isUp = await eventually(hasStarted, 'the planted run starts', startsWithinMs).catch(() => false)
    if (!isUp) throw new Error(`The planted run did not start. Its output:\n${output}`)
    const commands = processesUnder(scratch).map(each => each.command)
    const wanted = suite === 'small' ? ['redis-server'] : ['kafka.Kafka', 'redis-server', 'services/ledger', 'services/intake']
    for (const name of wanted) expect(commands.join('\n')).toContain(name)
    return JSON.parse(readFileSync(startedFile, 'utf8')) as Started
  }

  /** The exit code of the run, or the signal that ended it. */
  async function ended(withinMs = endsWithinMs): Promise<unknown> {
    if (run.exitCode === null && run.signalCode === null) await once(run, 'exit', { signal: AbortSignal.timeout(withinMs) })
    return run.exitCode ?? run.signalCode
  }
  async function noProcessIsLeft(): Promise<void> {
    await expect.poll(() => processesUnder(scratch), { timeout: endsWithinMs }).toEqual([])
    // The run itself checks for leftovers and had none to kill.
    expect(output).not.toContain('left process')
  }
  async function nothingIsLeft(): Promise<void> {
    await noProcessIsLeft()
    expect(readdirSync(scratch)).toEqual([])
  }

  test('after Ctrl-C in a terminal', async () => {
    await startFully('whole', byNpm)
    process.kill(-(run.pid ?? 0), 'SIGINT')
    // npm can end by the signal before its command has ended.
    expect([130, 'SIGINT']).toContain(await ended())
    await nothingIsLeft()
  })

  test.each([
    ['SIGTERM', 143, 'whole'],
    ['SIGINT', 130, 'small'],
    ['SIGHUP', 129, 'small'],
  ] as const)('after %s to the run alone', async (signal, code, suite) => {
    await startFully(suite, byNode)
    run.kill(signal)
    expect(await ended()).toBe(code)
    await nothingIsLeft()
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)('after %s to npm alone', async signal => {
    await startFully('small', byNpm)
    run.kill(signal)
    await nothingIsLeft()
  })

  test('after SIGKILL to the run alone, except its folders', async () => {
    await startFully('whole', byNode)
    run.kill('SIGKILL')
    await noProcessIsLeft()
  })

  test.each([
    ['worker', 'whole'],
    ['vitest', 'small'],
  ] as const)('after SIGKILL to the process %s alone', async (name, suite) => {
    const started = await startFully(suite, byNode)
    process.kill(started[name], 'SIGKILL')
    expect(await ended()).toBe(1)
    await nothingIsLeft()
  })

  test.each([
    ['a test does not end in time', 'out of time', 'Test timed out'],
    ['the global setup throws', 'broken setup', 'setup.ts'],
  ] as const)('when %s', async (_when, suite, words) => {
    start(suite, byNode)
    expect(await ended(startsWithinMs)).toBe(1)
    await nothingIsLeft()
    expect(output).toContain(words)
  })
})
