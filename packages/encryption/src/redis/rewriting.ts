import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailableError } from '@holdfast/stores'
import type { RedisConnection } from '@holdfast/stores/redis'
import { coalesceWork } from '../coalesce-work.ts'

/** Makes Redis rewrite its files, so that they contain nothing that was deleted. */
export interface FileRewriter {
  /**
   * Resolves once the append-only file and the snapshot were written after the call. Calls meanwhile share the next
   * rewrite. Throws StoreUnavailableError.
   */
  rewrite(): Promise<void>
}

/** A gigabyte takes some ten seconds. */
const rewriteMsMax = 600_000
const pollMs = 50

export function createFileRewriter(connection: RedisConnection): FileRewriter {
  async function stateOf(): Promise<ReadonlyMap<string, string>> {
    const text = await connection.run(redis => redis.info('persistence'))
    return new Map(text.split('\r\n').map(line => line.split(':', 2) as [string, string]))
  }

  const isBusy = (state: ReadonlyMap<string, string>): boolean =>
    ['aof_rewrite_in_progress', 'aof_rewrite_scheduled', 'rdb_bgsave_in_progress'].some(name => state.get(name) !== '0')

  async function untilQuiet(): Promise<ReadonlyMap<string, string>> {
    const deadline = performance.now() + rewriteMsMax
    for (;;) {
      const state = await stateOf()
      if (!isBusy(state)) return state
      if (performance.now() > deadline) throw new StoreUnavailableError(`${connection.description} did not rewrite its files in time`)
      await pause(pollMs)
    }
  }

  /** A rewrite in progress started before, so it may contain deleted data. */
  async function rewriteFile(command: 'bgrewriteaof' | 'bgsave', status: string): Promise<void> {
    await untilQuiet()
    await connection.run(redis => redis[command]())
    const state = await untilQuiet()
    if (state.get(status) !== 'ok') throw new StoreUnavailableError(`${connection.description} could not rewrite its files`)
  }

  async function rewriteAll(): Promise<void> {
    await rewriteFile('bgrewriteaof', 'aof_last_bgrewrite_status')
    // A server that saves snapshots, or once did, has a second file.
    await rewriteFile('bgsave', 'rdb_last_bgsave_status')
  }

  return { rewrite: coalesceWork(rewriteAll) }
}
