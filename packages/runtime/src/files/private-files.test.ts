import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { become, becomeRoot, engine, firstBank, hasUsers } from '@holdfast/test-kit/users'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDrivers } from '../backends/drivers.ts'
import { systemClock } from '../clock.ts'
import { configSchemaWithPort } from '../config/config.ts'
import { silentLogger } from '../log.ts'
import { keepFilesPrivate } from './private-files.ts'

let parent: string
let folder: string
let umask: number
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'holdfast-private-'))
  folder = join(parent, 'data')
  umask = process.umask()
})
afterEach(() => {
  process.umask(umask)
  rmSync(parent, { recursive: true, force: true })
})

const modeOf = (path: string) => statSync(path).mode & 0o777
/** Every mode under a folder, with one file for each. */
const modesUnder = (path: string) =>
  Object.fromEntries(readdirSync(path, { withFileTypes: true }).map(entry => [entry.name, modeOf(join(path, entry.name)).toString(8)]))

/** A service as a process with a permissive umask. It creates a file and a folder, and ends. */
function runProbe() {
  const script = `
    import { mkdirSync, writeFileSync } from 'node:fs'
    import { join } from 'node:path'
    import { topics } from '@holdfast/schemas'
    import { runService } from '@holdfast/service-kit'
    await runService({ name: 'probe', defaultPort: 0, async start({ config, streams }) {
      await streams.ensureTopics([topics.deadLetters])
      writeFileSync(join(config.HOLDFAST_DATA, 'a-file'), '')
      mkdirSync(join(config.HOLDFAST_DATA, 'a-folder'))
      setImmediate(() => process.exit(0))
    } }, process.env)`
  return spawnSync('/bin/sh', ['-c', 'umask 000; exec "$0" --input-type=module -e "$1"', process.execPath, script], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, HOLDFAST_DATA: folder, HOLDFAST_PORT: '0', HOLDFAST_LOG_LEVEL: 'silent' },
    encoding: 'utf8',
    timeout: 10_000,
  })
}

test('a service makes its folder and all files in it private, whatever its umask', () => {
  expect(runProbe()).toMatchObject({ status: 0, stderr: '' })
  expect(modeOf(folder)).toBe(0o700)
  expect(modesUnder(folder)).toEqual({
    'a-file': '600',
    'a-folder': '700',
    'development-keys.json': '600',
    'engine-secret': '600',
    'holdfast.sqlite': '600',
    'holdfast.sqlite-lock': '600',
    'holdfast.sqlite-mark': '600',
    'holdfast.sqlite-shm': '600',
    'holdfast.sqlite-wal': '600',
    'keys.sqlite': '600',
    'keys.sqlite-lock': '600',
    'keys.sqlite-shm': '600',
    'keys.sqlite-wal': '600',
    'master-keys': '600',
    'members.json': '600',
    'operator-development-key.json': '600',
    'operators.json': '600',
  })
})

test('a folder and a database that an earlier engine left open are made private at the start', async () => {
  const drivers = await createDrivers(configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder }), 'probe', systemClock, silentLogger)
  await drivers.close()
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'holdfast.sqlite'), 0o644)
  expect(runProbe()).toMatchObject({ status: 0, stderr: '' })
  expect([folder, join(folder, 'holdfast.sqlite')].map(modeOf)).toEqual([0o700, 0o600])
})

test('an empty open folder is made private; one with other files is unchanged, and the start fails with advice', () => {
  mkdirSync(folder)
  // Files that a start creates first do not count as foreign.
  mkdirSync(join(folder, 'compiled'))
  chmodSync(folder, 0o755)
  keepFilesPrivate(folder)
  expect(modeOf(folder)).toBe(0o700)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'letters.txt'), '')
  const { status, stderr } = runProbe()
  expect([status, stderr]).toEqual([
    2,
    `HOLDFAST_DATA: ${folder} is open to others (mode 0755) and has files that are not the engine's. Use a folder of its own, or close this one with chmod 700\n`,
  ])
  expect(modeOf(folder)).toBe(0o755)
})

test.skipIf(!hasUsers())('what can not be closed, because it is another user’s, is refused with what to do', async () => {
  chmodSync(parent, 0o755)
  mkdirSync(folder)
  chownSync(folder, firstBank.uid, firstBank.uid)
  chmodSync(folder, 0o777)
  writeFileSync(join(folder, 'holdfast.sqlite'), '')
  chownSync(join(folder, 'holdfast.sqlite'), firstBank.uid, firstBank.uid)
  chmodSync(join(folder, 'holdfast.sqlite'), 0o666)
  become(engine)
  try {
    expect(() => keepFilesPrivate(folder)).toThrow(/is open to others \(mode 0777\) and cannot be closed \(EPERM\). It belongs to user \d+/)
    const config = configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder })
    await expect(createDrivers(config, 'probe', systemClock, silentLogger)).rejects.toThrow(
      "holdfast.sqlite can't be opened: holdfast.sqlite is accessible to other users, and its mode can't be changed (EPERM)",
    )
  } finally {
    becomeRoot()
  }
})
