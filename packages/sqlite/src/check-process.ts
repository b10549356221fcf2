import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isDamage } from './damage.ts'
import type { CheckResult } from './threads.ts'

/** A full read of a database by another process. */
export interface CheckProcess {
  /**
   * Resolves with the damage, or with undefined if the file is intact. Rejects if it could not be read completely, or
   * was ended.
   */
  readonly fault: Promise<string | undefined>
  end(): void
}

const program = fileURLToPath(new URL('./check-process.js', import.meta.url))

/** Meanwhile the write-ahead log can't restart, so it keeps growing. */
export function startCheckProcess(path: string): CheckProcess {
  const child = fork(program, [path], { execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  child.once('error', reject)
  // Comes after all its messages.
  child.once('disconnect', () => reject(new Error(`${path} was not read completely`)))
  child.once('message', (done: CheckResult) => {
    if (!done.fault) resolve(done.found ?? undefined)
    else if (isDamage({ errcode: done.fault.code })) resolve(done.fault.message)
    else reject(new Error(`${path} could not be checked: ${done.fault.message}`))
  })
  // Let an idle process exit.
  child.unref()
  child.channel?.unref()
  return { fault: promise, end: () => void child.kill('SIGKILL') }
}
