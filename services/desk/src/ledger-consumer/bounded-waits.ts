/** Limits how many callers wait at once for requests that may be on their way. */
export interface BoundedWaits {
  /** Undefined at once if the country has reached its limit. */
  wait<T>(country: string, work: () => Promise<T>): Promise<T | undefined>
}

/** Limits the waits that a member can cause by reading unknown ids. */
const perCountryMax = 32
const totalMax = 512

export function createBoundedWaits(): BoundedWaits {
  const counts = new Map<string, number>()
  let total = 0

  function count(country: string, more: 1 | -1): void {
    total += more
    const left = (counts.get(country) ?? 0) + more
    if (left === 0) counts.delete(country)
    else counts.set(country, left)
  }

  return {
    async wait(country, work) {
      if (total >= totalMax || (counts.get(country) ?? 0) >= perCountryMax) return undefined
      count(country, 1)
      return work().finally(() => count(country, -1))
    },
  }
}
