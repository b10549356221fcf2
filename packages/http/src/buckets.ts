/** A token bucket: a rate per second, and a burst after a pause. */
export interface RateLimit {
  readonly perSecond: number
  readonly atOnce: number
}

/** One bucket for each name. A charge may exceed the content: then the next one has to wait for it. */
export interface Buckets {
  /** How long until the bucket has content again, in milliseconds; 0 if it has. */
  waitMs(name: string, nowMs: number): number
  take(name: string, amount: number, nowMs: number): void
}

interface Level {
  left: number
  atMs: number
}

/** The least recently used names are forgotten and get a full bucket: there are far fewer members than this. */
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
      // A whole unit is needed: with a fraction, a thousand requests could each pass.
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 1000) / perSecond)
    },
    take(name, amount, nowMs) {
      levelOf(name, nowMs).left -= amount
    },
  }
}
