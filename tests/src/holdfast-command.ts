import { execFile } from 'node:child_process'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import type { Engine } from './engine.ts'

const bin = new URL('../../packages/cli/bin/holdfast.js', import.meta.url).pathname

export interface CommandRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `holdfast` with these arguments, as the operator or as a member of a development engine. */
export function runHoldfast({ deskUrl, dataDir }: Pick<Engine, 'deskUrl' | 'dataDir'>, ...words: readonly string[]): Promise<CommandRun> {
  return runHoldfastWith({ HOLDFAST_URL: deskUrl, HOLDFAST_DATA: dataDir }, ...words)
}

/** Runs `holdfast` with these settings. */
export function runHoldfastWith(settings: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<CommandRun> {
  const env = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compiledFolder, ...settings }
  return new Promise(resolve => {
    execFile(process.execPath, [bin, ...words], { env }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
  })
}
