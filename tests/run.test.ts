import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closingLine, judge } from './counts.ts'

describe('the result of a run', () => {
  test('a run without tests has failed', () => {
    expect(judge({ passed: 0, failed: 0, skipped: 3 }, 0)).toEqual({ passed: 0, failed: 1, skipped: 3 })
  })
  test('a run of changed files can be empty, and has failed where vitest failed', () => {
    expect(judge({ passed: 0, failed: 0, skipped: 0 }, 0, { mayBeEmpty: true }).failed).toBe(0)
    expect(judge({ passed: 0, failed: 0, skipped: 0 }, 1, { mayBeEmpty: true }).failed).toBe(1)
  })
  test('a run without a report has failed', () => {
    expect(judge(undefined, 0).failed).toBe(1)
  })
  test('a run has failed where vitest failed, although every test passed', () => {
    expect(judge({ passed: 4, failed: 0, skipped: 0 }, 1).failed).toBe(1)
  })
  test('the last line names skipped tests only where there are any', () => {
    expect(closingLine({ passed: 4, failed: 0, skipped: 0 })).toBe('4 passed, 0 failed')
    expect(closingLine({ passed: 4, failed: 1, skipped: 2 })).toBe('4 passed, 1 failed, 2 skipped')
  })
})

describe('the reporter counts', () => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  let folder: string
  beforeAll(() => {
    // Inside the workspace, so that the small suites find vitest; hidden and ignored, so that other runs do not find
    // them.
    mkdirSync(join(here, 'results'), { recursive: true })
    folder = mkdtempSync(join(here, 'results', 'run-'))
    writeFileSync(join(folder, 'vitest.config.ts'), 'export default { test: { include: ["*.test.ts"] } }')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const runOf = (name: string, source: string): { line: string | undefined; status: number | null } => {
    const file = `${name}.test.ts`
    writeFileSync(join(folder, file), `import { afterAll, beforeAll, describe, test } from 'vitest'\n${source}`)
    const ran = spawnSync(process.execPath, [join(here, 'run.ts'), '--root', folder, '--config', join(folder, 'vitest.config.ts'), file], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    return { line: ran.stdout.trimEnd().split('\n').at(-1), status: ran.status }
  }

  test('passed, failed and skipped tests', () => {
    const source = `test('a', () => {}); test('b', () => {}); test('c', () => { throw new Error('no') }); test.skip('d', () => {})`
    expect(runOf('mixed', source)).toEqual({ line: '2 passed, 1 failed, 1 skipped', status: 1 })
  })
  test('a file that does not load as a failure', () => {
    expect(runOf('unloadable', `throw new Error('no')`)).toEqual({ line: '0 passed, 1 failed', status: 1 })
  })
  test('a hook that throws as a failure', () => {
    const { line, status } = runOf('hook', `afterAll(() => { throw new Error('no') }); test('a', () => {})`)
    expect({ line, status }).toEqual({ line: '1 passed, 1 failed', status: 1 })
  })
  test('an unhandled error as a failure', () => {
    const source = `test('a', async () => { Promise.reject(new Error('not awaited')); await new Promise(r => setTimeout(r, 50)) })`
    expect(runOf('unhandled', source)).toEqual({ line: '1 passed, 1 failed', status: 1 })
  })
  test('only passed tests, where all passed', () => {
    expect(runOf('good', `test('a', () => {})`)).toEqual({ line: '1 passed, 0 failed', status: 0 })
  })
})
