import type { Result } from 'ioredis'
import { assertEntries, assertForward, assertLimit } from '../limits.ts'
import type { SaveOutcome, SnapshotEntry, SnapshotStore } from '../snapshots.ts'
import type { RedisConnection } from './connection.ts'

// Lua passes at most some 8,000 values to one command, so the scripts use slices of 1,000: an even number, so that
// pairs stay together.

/** KEYS snapshotOffset, snapshots. ARGV ids. Returns the snapshot offset, then a snapshot or nothing for each id. */
const loadLua = /* lua */ `
  local found = {redis.call('GET', KEYS[1])}
  for first = 1, #ARGV, 1000 do
    local slice = redis.call('HMGET', KEYS[2], unpack(ARGV, first, math.min(first + 999, #ARGV)))
    for _, snapshot in ipairs(slice) do found[#found + 1] = snapshot end
  end
  return found
`

/** KEYS snapshotOffset, snapshots, due. ARGV expected, snapshotOffset, the numbers of arguments for HSET and for ZADD, those arguments, and the rest for ZREM. */
const saveLua = /* lua */ `
  local stored, expected = redis.call('GET', KEYS[1]) or '-1', ARGV[1]
  if stored ~= expected then
    return tonumber(stored) < tonumber(expected) and 'lost' or 'ahead'
  end
  local function sliced(command, key, first, last)
    for from = first, last, 1000 do
      redis.call(command, key, unpack(ARGV, from, math.min(from + 999, last)))
    end
  end
  local snapshotsEnd = 4 + tonumber(ARGV[3])
  local dueEnd = snapshotsEnd + tonumber(ARGV[4])
  sliced('HSET', KEYS[2], 5, snapshotsEnd)
  sliced('ZADD', KEYS[3], snapshotsEnd + 1, dueEnd)
  sliced('ZREM', KEYS[3], dueEnd + 1, #ARGV)
  redis.call('SET', KEYS[1], ARGV[2])
  return 'saved'
`

/** KEYS snapshotOffset, due. ARGV now, limit. */
const dueLua = /* lua */ `
  return {redis.call('GET', KEYS[1]), redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])}
`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    snapshotsLoad(snapshotOffset: string, snapshots: string, ...ids: string[]): Result<(string | null)[], Context>
    snapshotsSave(snapshotOffset: string, snapshots: string, due: string, ...args: (string | number)[]): Result<SaveOutcome, Context>
    snapshotsDue(snapshotOffset: string, due: string, nowMs: number, limit: number): Result<[string | null, string[]], Context>
  }
}

/** Stands for a missing snapshot offset in comparisons: before every offset. */
const nothing = -1

/**
 * The snapshot store of one namespace in Redis: three keys per partition, in one slot. Throws if the namespace has
 * other characters than letters, digits and `_ . -`.
 */
export function createRedisSnapshots(connection: RedisConnection, namespace: string): SnapshotStore {
  if (!/^[\w.-]{1,50}$/.test(namespace)) throw new Error('A namespace may hold letters, digits and _ . - only, at most 50')
  connection.define('snapshotsLoad', 2, loadLua)
  connection.define('snapshotsSave', 3, saveLua)
  connection.define('snapshotsDue', 2, dueLua)

  const keysOf = (partition: number) => {
    const slot = `{${connection.prefix}:${namespace}:${partition}}`
    return { snapshotOffset: `${slot}:checkpoint`, snapshots: `${slot}:snapshots`, due: `${slot}:due` }
  }

  return {
    isShared: true,
    async load(partition, ids) {
      assertEntries(ids)
      const keys = keysOf(partition)
      const [snapshotOffset, ...found] = await connection.run(redis => redis.snapshotsLoad(keys.snapshotOffset, keys.snapshots, ...ids))
      const snapshots = new Map<string, string>()
      for (const [index, id] of ids.entries()) {
        const snapshot = found[index]
        if (snapshot !== null && snapshot !== undefined) snapshots.set(id, snapshot)
      }
      return { snapshotOffset: parseOffset(snapshotOffset), snapshots }
    },

    async save(partition, expected, snapshotOffset, entries) {
      assertEntries(entries)
      assertForward(expected, snapshotOffset)
      const keys = keysOf(partition)
      const args = [expected ?? nothing, snapshotOffset, ...argumentsOf(entries)]
      return connection.run(redis => redis.snapshotsSave(keys.snapshotOffset, keys.snapshots, keys.due, ...args))
    },

    async due(partition, nowMs, limit) {
      assertLimit(limit)
      const keys = keysOf(partition)
      const [snapshotOffset, ids] = await connection.run(redis => redis.snapshotsDue(keys.snapshotOffset, keys.due, nowMs, limit))
      return { snapshotOffset: parseOffset(snapshotOffset), ids }
    },

    async clear(partition) {
      const { snapshotOffset, snapshots, due } = keysOf(partition)
      // UNLINK frees the memory of a large partition in the background; DEL would block other commands.
      await connection.run(redis => redis.unlink(snapshotOffset, snapshots, due))
    },
  }
}

function argumentsOf(entries: readonly SnapshotEntry[]): (string | number)[] {
  const snapshots: string[] = []
  const due: (string | number)[] = []
  const noLongerDue: string[] = []
  // The last entry of an id counts. Otherwise one save could both add and remove its deadline.
  for (const { id, snapshot, dueAtMs } of new Map(entries.map(entry => [entry.id, entry])).values()) {
    snapshots.push(id, snapshot)
    if (dueAtMs === undefined) noLongerDue.push(id)
    else due.push(dueAtMs, id)
  }
  return [snapshots.length, due.length, ...snapshots, ...due, ...noLongerDue]
}

function parseOffset(stored: string | null | undefined): number | undefined {
  return stored === null || stored === undefined ? undefined : Number(stored)
}
