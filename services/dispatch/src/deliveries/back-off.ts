/** The upper limit of a pause, which doubles from `firstMs` to `mostMs`. */
export interface Pace {
  readonly firstMs: number
  readonly mostMs: number
}

/**
 * For temporary failures. Money moves on within minutes, so the first retries follow quickly; later, one every few
 * minutes is enough.
 */
export const quickPace: Pace = { firstMs: 1_000, mostMs: 300_000 }
/** For failures that need a repair: a wrong key, an address that has changed. */
export const slowPace: Pace = { firstMs: 60_000, mostMs: 600_000 }

/**
 * Returns a random pause up to the limit after this many failures (full jitter), so that orders that failed together do
 * not retry together.
 */
export const backOffMs = ({ firstMs, mostMs }: Pace, failures: number, random: () => number): number =>
  // 2^30 s exceeds every pause and avoids overflow.
  random() * Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
