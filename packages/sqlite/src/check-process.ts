import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isDamage } from './damage.ts'
import type { CheckResult } from './threads.ts'

/** A database that is being read from its first page to its last, by another process. */
export interface CheckProcess {
  /** Resolves with what is wrong, or with undefined once it is known to be whole. Rejects where it could not be read to its end, or was ended. */
  readonly fault: Promise<string | undefined>
  end(): void
}

const program = fileURLToPath(new URL('./check-process.js', import.meta.url))

/** The write-ahead log can't begin anew meanwhile: it keeps what comes in. */
export function startCheckProcess(path: string): CheckProcess {
  const child = fork(program, [path], { execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  child.once('error', reject)
  // Behind all that it has said.
  child.once('disconnect', () => reject(new Error(`${path} was not read to its end`)))
  child.once('message', (done: CheckResult) => {
    if (!done.fault) resolve(done.found ?? undefined)
    else if (isDamage({ errcode: done.fault.code })) resolve(done.fault.message)
    else reject(new Error(`${path} could not be checked: ${done.fault.message}`))
  })
  // A process that has nothing else to do may end.
  child.unref()
  child.channel?.unref()
  return { fault: promise, end: () => void child.kill('SIGKILL') }
}
