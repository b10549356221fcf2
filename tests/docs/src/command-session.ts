import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import { type EmbeddedEngine, startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { type Ran, runShell } from './open-page.ts'

const root = join(import.meta.dirname, '../../..')

export interface CommandSession {
  readonly engine: EmbeddedEngine
  /** Runs commands of a page in a folder with the examples. Their `npx holdfast` is that of this repository. */
  run(commands: string): Promise<Ran>
  end(): Promise<void>
}

/** A terminal at an engine of its own, with its development keys. */
export async function startSession(): Promise<CommandSession> {
  const engine = await startEmbeddedEngine()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  const env = {
    HOLDFAST_URL: engine.deskUrl,
    HOLDFAST_DATA: engine.dataDir,
    NODE_COMPILE_CACHE: compiledFolder,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  }
  return {
    engine,
    run: commands => runShell(commands.replaceAll('npx holdfast', 'holdfast'), { cwd: folder, env }),
    async end() {
      await engine.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A printed text without what differs from run to run: instants and durations. */
export const withoutTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/after \d+ (?:ms|s)/g, 'after TIME')
