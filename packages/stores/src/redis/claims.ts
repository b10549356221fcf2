import { randomUUID } from 'node:crypto'
import type { Result } from 'ioredis'
import { createStepping, type StepOrder, type StepOutcome } from '../claim-step.ts'
import { type ClaimChange, type ClaimIndex, type ClaimMatch, claimKeysVersion, type FoundIndex } from '../claims.ts'
import type { RedisConnection } from './connection.ts'

/**
 * The index's metadata of a partition: its owner, the offset up to which its facts are included, and where it was
 * completed.
 */
const partitionLua = /* lua */ `
  local function field(partition, name) return 'partition:' .. partition .. ':' .. name end
  local function heldOf(partition)
    return redis.call('HMGET', KEYS[1], field(partition, 'owner'), field(partition, 'position'), field(partition, 'completed'))
  end
`

/**
 * A partition is complete only on the server process that completed it, identified by its run id. A restarted or
 * replaced server may hold an older copy of everything, including the completeness entries. Reading the run id in the
 * script costs 2.5 µs and no round trip.
 */
const runIdLua = /* lua */ `
  local runId = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
`

/**
 * KEYS index. ARGV partition, owner. Returns whether the partition was completed here, elsewhere or never, and its
 * offset.
 */
const ownLua = /* lua */ `
  ${partitionLua}
  ${runIdLua}
  redis.call('HSET', KEYS[1], field(ARGV[1], 'owner'), ARGV[2])
  local held = heldOf(ARGV[1])
  if not held[2] or not held[3] then return {'unknown'} end
  return {held[3] == runId and 'complete' or 'restarted', held[2]}
`

/** KEYS index. ARGV partition, owner, position. */
const isCompleteLua = /* lua */ `
  ${partitionLua}
  ${runIdLua}
  local held = heldOf(ARGV[1])
  return held[1] == ARGV[2] and held[3] == runId and tonumber(held[2]) >= tonumber(ARGV[3]) and 1 or 0
`

/**
 * KEYS index. ARGV partition, owner, mode, from or nothing, to, how many partitions must be complete, then for each
 * change its kind, claim key, request and country. Returns the outcome, then for each join the representing request
 * and the linked one, or nothing.
 * A claim is stored as a JSON list of alternating requests and countries, in order of arrival.
 */
const stepLua = /* lua */ `
  ${partitionLua}
  ${runIdLua}
  local p, owner, mode, from, to = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  local held = heldOf(p)
  if held[1] ~= owner then return {'otherOwner'} end
  local position = tonumber(held[2] or '-1')
  if mode == 'claim' then
    if held[3] ~= runId then return {'incomplete', p} end
    if position < tonumber(from) then return {'lost'} end
    for other = 0, tonumber(ARGV[6]) - 1 do
      if redis.call('HGET', KEYS[1], field(other, 'completed')) ~= runId then return {'incomplete', tostring(other)} end
    end
  elseif from ~= '' and position ~= tonumber(from) then
    return {'lost'}
  end

  if mode ~= 'claim' or tonumber(to) > position then redis.call('HSET', KEYS[1], field(p, 'position'), to) end
  if mode == 'restore' then redis.call('HDEL', KEYS[1], field(p, 'completed')) end
  if mode == 'complete' then redis.call('HSET', KEYS[1], field(p, 'completed'), runId) end

  local reply = {'applied'}
  for i = 7, #ARGV, 4 do
    local key, request, country = 'claim:' .. ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    local stored = redis.call('HGET', KEYS[1], key)
    local open = stored and cjson.decode(stored) or {}
    local own, same, other
    for at = 1, #open, 2 do
      if open[at] == request then own = at
      elseif open[at + 1] == country then same = same or open[at]
      else other = other or open[at] end
    end
    if ARGV[i] == 'leave' then
      if own then
        table.remove(open, own)
        table.remove(open, own)
        if #open == 0 then redis.call('HDEL', KEYS[1], key) else redis.call('HSET', KEYS[1], key, cjson.encode(open)) end
      end
    else
      if not own and (mode ~= 'claim' or not same) then
        open[#open + 1] = request
        open[#open + 1] = country
        redis.call('HSET', KEYS[1], key, cjson.encode(open))
        own = #open
      end
      reply[#reply + 1] = own and request or same
      reply[#reply + 1] = other or ''
    end
  end
  return reply
`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    claimsOwn(index: string, partition: number, owner: string): Result<string[], Context>
    claimsIsComplete(index: string, partition: number, owner: string, position: number): Result<number, Context>
    claimsStep(index: string, ...args: (string | number)[]): Result<string[], Context>
  }
}

/**
 * The claims of a workflow in Redis. They are one hash, so that no part is lost without the completeness entries. It does not
 * expire: a request may be open for years, and is removed when it closes.
 * @param workflow the prefix of its topics
 */
export function createRedisClaims(connection: RedisConnection, workflow: string): ClaimIndex {
  connection.define('claimsOwn', 1, ownLua)
  connection.define('claimsIsComplete', 1, isCompleteLua)
  connection.define('claimsStep', 1, stepLua)
  const key = `${connection.prefix}:claims:${workflow}:${claimKeysVersion}`

  return {
    async own(partition, partitions) {
      const owner = randomUUID()
      const found = await connection.run(redis => redis.claimsOwn(key, partition, owner))
      const take = async ({ mode, from, to, changes, needsAll }: StepOrder): Promise<StepOutcome> => {
        const args = [partition, owner, mode, from ?? '', to, needsAll ? partitions : 0, ...changes.flatMap(argumentsOf)]
        return parseOutcome(await connection.run(redis => redis.claimsStep(key, ...args)))
      }
      return {
        found: parseFound(found),
        ...createStepping(partition, take),
        isComplete: async position => (await connection.run(redis => redis.claimsIsComplete(key, partition, owner, position))) === 1,
      }
    },

    async clear() {
      await connection.run(redis => redis.unlink(key))
    },
  }
}

const argumentsOf = ({ kind, claimKey, requestId, country }: ClaimChange): string[] => [kind, claimKey, requestId, country]

const parseFound = ([state, position]: readonly string[]): FoundIndex =>
  state === 'complete' || state === 'restarted' ? { state, position: Number(position) } : { state: 'unknown' }

function parseOutcome([outcome, ...rest]: readonly string[]): StepOutcome {
  if (outcome === 'incomplete') return { outcome, partition: Number(rest[0]) }
  if (outcome === 'otherOwner' || outcome === 'lost') return { outcome }
  const matches: ClaimMatch[] = []
  for (let at = 0; at < rest.length; at += 2) {
    const [representative = '', linkedTo] = rest.slice(at, at + 2)
    matches.push(linkedTo ? { representative, linkedTo } : { representative })
  }
  return { outcome: 'applied', matches }
}
