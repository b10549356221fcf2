import { join } from 'node:path'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import { startProcess } from '@holdfast/test-kit/start-process'
import { root } from '../../src/patched-tree.ts'

/** An operator command as a process of its own. */
export interface OperatorCommand {
  /** Its exit code, null where it was killed, and its output. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>
  hasEnded(): boolean
  kill(): void
}

/** Runs `holdfast` with these settings, from this tree unless another is named. */
export function startHoldfast(settings: Readonly<Record<string, string>>, words: readonly string[], tree = root): OperatorCommand {
  const child = startProcess(process.execPath, [join(tree, 'packages/cli/bin/holdfast.js'), ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiledFolder, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output?.on('data', chunk => {
      said = `${said}${chunk}`.slice(-4_000)
    })
  return {
    ended: new Promise(resolve => child.once('close', code => resolve({ code, said }))),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: () => void child.kill('SIGKILL'),
  }
}
