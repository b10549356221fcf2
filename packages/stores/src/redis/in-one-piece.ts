import type { ChainableCommander, Redis } from 'ioredis'

/** Sends one command per entry in one batch and returns the replies in order; throws the first error. */
export async function inOnePiece<Entry>(
  redis: Redis,
  entries: readonly Entry[],
  command: (commands: Redis | ChainableCommander, entry: Entry) => unknown,
): Promise<unknown[]> {
  const [only] = entries
  // A pipeline object gets all commands at its creation, which costs an ingress 3 % of its time.
  if (only !== undefined && entries.length === 1) return [await command(redis, only)]
  const pipeline = redis.pipeline()
  for (const entry of entries) command(pipeline, entry)
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw error
    return reply
  })
}
