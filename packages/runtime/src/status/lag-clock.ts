/** Of one partition and one reader: until when it has read. */
export interface LagClock {
  /**
   * Notes where the partition ends and where the reader is at an instant, in milliseconds. Returns the newest instant noted before at which the partition ended no later than where the reader
   * is now: everything before it has been read. The instant itself where the reader is at the end; undefined at the first look of one that is behind.
   */
  note(atMs: number, end: number, position: number): number | undefined
}

/** A reader that stands still for a day leaves as many looks behind as there are; every other one says as much, less exactly. */
const looksMax = 120

/**
 * A lag in records says little: a busy reader always has some before it. How far back in time it is says whether it keeps up. Found by looking alone, without reading the records.
 */
export function createLagClock(): LagClock {
  /** Where the partition ended when, oldest first. The first is the newest that the reader has reached, once it has reached one. */
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
