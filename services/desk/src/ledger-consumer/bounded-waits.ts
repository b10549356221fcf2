/** Waits of countries for what may be on its way here, so many at once. */
export interface BoundedWaits {
  /** Undefined, at once, where the country has as many waits as it may have. */
  wait<T>(country: string, work: () => Promise<T>): Promise<T | undefined>
}

/** A member that asks for unknown ids has so many of them waited for. */
const ofCountryMax = 32
const inAllMax = 512

export function createBoundedWaits(): BoundedWaits {
  const counts = new Map<string, number>()
  let inAll = 0

  function count(country: string, more: 1 | -1): void {
    inAll += more
    const left = (counts.get(country) ?? 0) + more
    if (left === 0) counts.delete(country)
    else counts.set(country, left)
  }

  return {
    async wait(country, work) {
      if (inAll >= inAllMax || (counts.get(country) ?? 0) >= ofCountryMax) return undefined
      count(country, 1)
      return work().finally(() => count(country, -1))
    },
  }
}
