/** The longest pause doubles from `firstMs` to `mostMs`. */
export interface Pace {
  readonly firstMs: number
  readonly mostMs: number
}

/** For what passes by itself: money moves on within minutes, so a few tries come at once; after that one every few minutes is enough. */
export const quickPace: Pace = { firstMs: 1_000, mostMs: 300_000 }
/** For what somebody has to mend: a wrong key, an address that has moved. */
export const slowPace: Pace = { firstMs: 60_000, mostMs: 600_000 }

/** How long to wait after so many failures: anything up to the longest pause, so that those who failed together don't come back together (full jitter). */
export const backOffMs = ({ firstMs, mostMs }: Pace, failures: number, random: () => number): number =>
  // 2^30 seconds is beyond every pause, and small enough to be counted with.
  random() * Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
