import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-compiled-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const source = pathToFileURL(fileURLToPath(new URL('./keep-compiled.ts', import.meta.url))).href

/** Returns the cache of a process that keeps compiled code in this folder. Its exit writes the cache. */
function keptIn(data: string): string {
  const program = `import { getCompileCacheDir } from 'node:module'
    import { keepCompiled } from '${source}'
    keepCompiled({ HOLDFAST_DATA: ${JSON.stringify(data)} })
    await import('${new URL('../clock.ts', source).href}')
    process.stdout.write(getCompileCacheDir() ?? 'nowhere')`
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })
}

test('compiled code is kept in the engine’s folder, which only its user can read', () => {
  const data = join(folder, 'data')
  const kept = keptIn(data)
  expect(kept.startsWith(join(data, 'compiled'))).toBe(true)
  expect(readdirSync(kept).length).toBeGreaterThan(0)
  expect([data, join(data, 'compiled')].map(each => statSync(each).mode & 0o777)).toEqual([0o700, 0o700])
})

test('a folder that others can write is not used for compiled code', () => {
  const [shared, planted] = [join(folder, 'shared'), join(folder, 'planted')]
  mkdirSync(shared)
  chmodSync(shared, 0o777)
  expect(keptIn(shared)).toBe('nowhere')
  expect(existsSync(join(shared, 'compiled'))).toBe(false)
  mkdirSync(join(planted, 'compiled'), { recursive: true })
  chmodSync(planted, 0o700)
  chmodSync(join(planted, 'compiled'), 0o777)
  expect(keptIn(planted)).toBe('nowhere')
})
