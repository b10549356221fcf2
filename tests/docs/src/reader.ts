import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandEnv } from '@holdfast/test-kit/command-env'
import type { EmbeddedEngine } from '../../src/embedded-engine.ts'
import { type Ran, runShell } from './open-page.ts'

const root = join(import.meta.dirname, '../../..')
const bin = join(root, 'packages/cli/bin/holdfast.js')
/** `npx` finds these two in the sources. A test calls them directly, which is faster. */
const npx = `npx() { case "$1" in holdfast) shift; "${process.execPath}" "${bin}" "$@";; node) shift; "${process.execPath}" "$@";; *) return 9;; esac; }\n`

/** The command of `npx holdfast`, for a test that ends it by its process id. */
export const holdfast = `"${process.execPath}" "${bin}"`

/** A reader with a copy of the sources, who follows the commands of a page in one folder. */
export interface Reader {
  readonly folder: string
  run(commands: string, env?: NodeJS.ProcessEnv): Promise<Ran>
  read(name: string): string
  write(name: string, text: string): void
  uses(engine: Pick<EmbeddedEngine, 'url' | 'dataDir'>): void
  remove(): void
}

export function createReader(): Reader {
  const sources = mkdtempSync(join(tmpdir(), 'holdfast-reader-'))
  for (const name of ['examples', 'node_modules', 'schemas', 'packages', 'workflows']) symlinkSync(join(root, name), join(sources, name))
  const folder = join(sources, 'work')
  mkdirSync(folder)
  /** `HOLDFAST_URL` leads to an engine, once there is one. */
  const env: NodeJS.ProcessEnv = { ...commandEnv }
  return {
    folder,
    run: (commands, more = {}) => runShell(npx + commands, { cwd: folder, env: { ...env, ...more } }),
    read: name => readFileSync(join(folder, name), 'utf8'),
    write: (name, text) => writeFileSync(join(folder, name), text),
    uses({ url, dataDir }) {
      env.HOLDFAST_URL = url
      env.HOLDFAST_DATA = dataDir
    },
    remove: () => rmSync(sources, { recursive: true, force: true }),
  }
}
