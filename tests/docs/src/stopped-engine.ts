import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { reaches, submit } from '../../src/engine.ts'
import { type Ran, runShell } from './open-page.ts'

const root = join(import.meta.dirname, '../../..')

/** A folder to work in, with the data of an engine that accepted a request and was stopped. */
export interface StoppedEngine {
  readonly folder: string
  readonly dataDir: string
  readonly requestId: string
  remove(): void
}

export async function prepareStoppedEngine(): Promise<StoppedEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))
  const dataDir = join(folder, 'engine')
  const engine = await startEmbeddedEngine()
  const requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(1), 'page-1')
  await reaches(engine, requestId, 'verified')
  // The files are complete while the engine is stopped.
  await engine.restart(from => cpSync(from, dataDir, { recursive: true }))
  await engine.stop()
  return { folder, dataDir, requestId, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs commands of a page in a folder, with the `holdfast` of this repository. */
export function runPage(text: string, folder: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const commands = text.replaceAll('npx holdfast', `node ${join(root, 'packages/cli/bin/holdfast.js')}`)
  return runShell(commands, { cwd: folder, env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env } })
}
