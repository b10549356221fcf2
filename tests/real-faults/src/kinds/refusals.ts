import { ViolationError } from '../kind.ts'
import type { SiteProcess } from '../site.ts'
import { startPatiently } from './processes.ts'

/** A service that must not start ends with this code, and says why. */
const refused = /ended with 2: ([\s\S]*)$/

/**
 * Starts a process that has to refuse, for this reason, and gives what it said. Where `otherwise` is given it may start as well, and that is what is given then.
 * Throws ViolationError where it starts although it must not, and then ends it, or refuses for another reason.
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
    // It may be that the disk is full.
    if (log === undefined) throw error
    said = log.trim().split('\n').at(-1) ?? ''
  }
  if (said === undefined && otherwise !== undefined) return otherwise
  if (said === undefined) {
    await process.kill('SIGKILL')
    throw new ViolationError(`${process.name} started, and should have said ${reason}`)
  }
  if (!reason.test(said)) throw new ViolationError(`${process.name} refused to start and did not say ${reason}: ${said}`)
  return said
}
