/** A share of something that fills again: so much a second, and so much at once after a rest. */
export interface RateLimit {
  readonly perSecond: number
  readonly atOnce: number
}

/** One bucket for each name. What is taken may come to more than is there: then the next has to wait for it. */
export interface Buckets {
  /** How long until the bucket holds anything again, in milliseconds; 0 when it does. */
  waitMs(name: string, nowMs: number): number
  take(name: string, amount: number, nowMs: number): void
}

interface Level {
  left: number
  atMs: number
}

/** Names that were not seen for longest are forgotten, which gives them a full bucket: there are far fewer members than this. */
const namesMax = 10_000

export function createBuckets({ perSecond, atOnce }: RateLimit): Buckets {
  if (perSecond === Number.POSITIVE_INFINITY) return { waitMs: () => 0, take: () => undefined }
  const levels = new Map<string, Level>()

  function levelOf(name: string, nowMs: number): Level {
    const level = levels.get(name) ?? { left: atOnce, atMs: nowMs }
    level.left = Math.min(atOnce, level.left + (Math.max(0, nowMs - level.atMs) * perSecond) / 1000)
    level.atMs = nowMs
    levels.delete(name)
    levels.set(name, level)
    const [oldest] = levels.size > namesMax ? levels.keys() : []
    if (oldest !== undefined) levels.delete(oldest)
    return level
  }

  return {
    waitMs(name, nowMs) {
      const { left } = levelOf(name, nowMs)
      // A whole one has to be there: a thousandth would let a thousand through.
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 1000) / perSecond)
    },
    take(name, amount, nowMs) {
      levelOf(name, nowMs).left -= amount
    },
  }
}
