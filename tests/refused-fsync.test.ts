import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { startProcess } from '@holdfast/test-kit/start-process'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-fsync-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('an engine whose disk refuses an fsync logs it and exits with 3, so that its supervisor restarts it', async () => {
  const args = ['--import', join(root, 'tests/src/refuse-fsync.ts'), join(root, 'services/standalone/src/main.ts')]
  const env = { ...commandEnv, HOLDFAST_DATA: folder, HOLDFAST_PORT: '0', HOLDFAST_LOG_LEVEL: 'info' }
  const engine = startProcess(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(engine, 'exit')
  let log = ''
  engine.stderr?.on('data', text => {
    log += text
  })
  let greeting = ''
  engine.stdout?.on('data', text => {
    greeting += text
  })
  await expect.poll(() => greeting, { timeout: 60_000 }).toContain('http://')
  const [url] = /http:\/\/[\d.:]+\d/.exec(greeting) ?? []
  engine.kill('SIGUSR2')
  // The answer can be lost with the process.
  await fetch(`${url}/health/ready`).catch(() => undefined)
  expect(await exited).toEqual([3, null])
  expect(log).toContain('The disk refused an fsync')
  expect(log).toMatch(/(holdfast|keys)\.sqlite: the disk failed to store writes: EIO/)
}, 120_000)
