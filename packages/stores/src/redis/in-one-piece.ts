import type { ChainableCommander, Redis } from 'ioredis'

/** Sends a command for each entry in one piece and gives their replies in order; throws the first error among them. */
export async function inOnePiece<Entry>(
  redis: Redis,
  entries: readonly Entry[],
  command: (commands: Redis | ChainableCommander, entry: Entry) => unknown,
): Promise<unknown[]> {
  const [only] = entries
  // A pipeline is an object that is given all commands there are, each time: 3 % of what a door does.
  if (only !== undefined && entries.length === 1) return [await command(redis, only)]
  const pipeline = redis.pipeline()
  for (const entry of entries) command(pipeline, entry)
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw error
    return reply
  })
}
