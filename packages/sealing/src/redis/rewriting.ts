import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailableError } from '@holdfast/stores'
import type { RedisConnection } from '@holdfast/stores/redis'
import { coalesceWork } from '../coalesce-work.ts'

/** Has Redis write its files anew, so that they hold nothing any more that it has forgotten. */
export interface Rewriting {
  /** Resolves once the append-only file and the copy are of a moment after the call. Calls that come meanwhile share the next one. Throws StoreUnavailableError. */
  letGo(): Promise<void>
}

/** A gigabyte takes some ten seconds. */
const doneMsMax = 600_000
const lookMs = 50

export function createRewriting(connection: RedisConnection): Rewriting {
  async function stateOf(): Promise<ReadonlyMap<string, string>> {
    const said = await connection.run(redis => redis.info('persistence'))
    return new Map(said.split('\r\n').map(line => line.split(':', 2) as [string, string]))
  }

  const isBusy = (state: ReadonlyMap<string, string>): boolean =>
    ['aof_rewrite_in_progress', 'aof_rewrite_scheduled', 'rdb_bgsave_in_progress'].some(name => state.get(name) !== '0')

  async function untilQuiet(): Promise<ReadonlyMap<string, string>> {
    const deadline = performance.now() + doneMsMax
    for (;;) {
      const state = await stateOf()
      if (!isBusy(state)) return state
      if (performance.now() > deadline) throw new StoreUnavailableError(`${connection.description} did not write its files anew in time`)
      await pause(lookMs)
    }
  }

  /** What was under way began before: it may hold what is to go. */
  async function writeAnew(command: 'bgrewriteaof' | 'bgsave', status: string): Promise<void> {
    await untilQuiet()
    await connection.run(redis => redis[command]())
    const state = await untilQuiet()
    if (state.get(status) !== 'ok') throw new StoreUnavailableError(`${connection.description} could not write its files anew`)
  }

  async function rewriteAll(): Promise<void> {
    await writeAnew('bgrewriteaof', 'aof_last_bgrewrite_status')
    // Of a server that saves copies, or once did, there is a file besides.
    await writeAnew('bgsave', 'rdb_last_bgsave_status')
  }

  return { letGo: coalesceWork(rewriteAll) }
}
