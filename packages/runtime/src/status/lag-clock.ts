/** Up to which instant a reader has read one partition. */
export interface LagClock {
  /**
   * Records the end of the partition and the reader's position at an instant, in milliseconds. Returns the newest
   * recorded instant at which the end was at most the current position: everything before it has been read. Returns the
   * instant itself if the reader is at the end; undefined at the first observation of a reader that is behind.
   */
  note(atMs: number, end: number, position: number): number | undefined
}

/**
 * A reader that stands still for a day collects many observations. Then every other one is dropped, which costs only
 * precision.
 */
const looksMax = 120

/**
 * A lag in records says little, because a busy reader always has some before it. The lag in time shows whether it keeps
 * up. Derived from offsets, without reading records.
 */
export function createLagClock(): LagClock {
  /**
   * The ends of the partition over time, oldest first. The first is the newest that the reader has reached, once it has
   * reached one.
   */
  let looks: { readonly atMs: number; readonly end: number }[] = []
  return {
    note(atMs, end, position) {
      const reached = looks.findLastIndex(look => look.end <= position)
      const readUntilMs = position >= end ? atMs : looks[reached]?.atMs
      if (reached > 0) looks = looks.slice(reached)
      if (looks.length >= looksMax) looks = looks.filter((_look, i) => i % 2 === 0)
      looks.push({ atMs, end })
      return readUntilMs
    },
  }
}
