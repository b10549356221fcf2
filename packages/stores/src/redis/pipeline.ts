import type { ChainableCommander, Redis } from 'ioredis'

/** Sends the commands in one piece and gives their replies in order; throws the first error among them. */
export async function pipelined(redis: Redis, add: (pipeline: ChainableCommander) => void): Promise<unknown[]> {
  const pipeline = redis.pipeline()
  add(pipeline)
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw error
    return reply
  })
}
