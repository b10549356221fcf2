import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { type EmbeddedEngine, type EmbeddedEngineOptions, startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { type Ran, runShell } from './open-page.ts'

const root = join(import.meta.dirname, '../../..')
const npx = `npx() { shift; ${process.execPath} ${join(root, 'packages/cli/bin/holdfast.js')} "$@"; }\n`

/** A reader at a development engine: a folder with the examples, and the engine's data as `.holdfast`. */
export interface Reader {
  readonly engine: EmbeddedEngine
  readonly folder: string
  /** Runs commands of a page in the folder, with the engine's address in place of the page's. */
  run(commands: string, env?: NodeJS.ProcessEnv): Promise<Ran>
  stop(): Promise<void>
}

export async function startReader(options: EmbeddedEngineOptions = {}): Promise<Reader> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-reader-'))
  const engine = await startEmbeddedEngine(options)
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  symlinkSync(engine.dataDir, join(folder, '.holdfast'))
  const own = { ...commandEnv, HOLDFAST_URL: engine.intakeUrl }
  return {
    engine,
    folder,
    run: (commands, env) =>
      runShell(npx + commands.replaceAll('http://127.0.0.1:8080', engine.intakeUrl), { cwd: folder, env: { ...own, ...env } }),
    async stop() {
      await engine.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A printed text without what differs from run to run: instants and durations. */
export const withoutTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/after \d+ (?:ms|s)/g, 'after TIME')
