import { ViolationError } from '../kind.ts'
import type { SiteProcess } from '../site.ts'
import { startPatiently } from './processes.ts'

/** The exit code of a service that refuses to start. */
const refused = /ended with 2: ([\s\S]*)$/

/**
 * Starts a process that must refuse for this reason and returns its message. With `otherwise` it may start as well, and
 * that is returned. Throws ViolationError where it starts although it must refuse (and stops it), or gives another
 * reason.
 */
export async function refusalOf(
  process: Pick<SiteProcess, 'name' | 'start' | 'kill'>,
  reason: RegExp,
  env: Readonly<Record<string, string>> = {},
  otherwise?: string,
): Promise<string> {
  let said: string | undefined
  try {
    await startPatiently(process, { env, hopeless: ({ message }) => refused.test(message) })
  } catch (error) {
    const log = refused.exec((error as Error).message)?.[1]
    // The disk can be full.
    if (log === undefined) throw error
    said = log.trim().split('\n').at(-1) ?? ''
  }
  if (said === undefined && otherwise !== undefined) return otherwise
  if (said === undefined) {
    await process.kill('SIGKILL')
    throw new ViolationError(`${process.name} started instead of refusing with ${reason}`)
  }
  if (!reason.test(said)) throw new ViolationError(`${process.name} refused to start without the reason ${reason}: ${said}`)
  return said
}
