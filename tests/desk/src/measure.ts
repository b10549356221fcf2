import type { CDPSession, Page } from 'playwright-core'

/** The connection and computer of an investigator on the road: 1.6 Mbit/s, 150 ms, and a quarter of this processor. */
export async function slowDown(cdp: CDPSession): Promise<void> {
  await cdp.send('Network.enable')
  const bitsPerSecond = 1_600_000
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: bitsPerSecond / 8,
    uploadThroughput: bitsPerSecond / 16,
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

interface Observed {
  readonly largestPaintMs: number
  readonly interactions: readonly number[]
  readonly longTasks: readonly number[]
}

/** From now on records paints, interactions and long tasks of each document of the page. */
export async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { largestPaintMs: 0, interactions: [] as number[], longTasks: [] as number[] }
    const longest = new Map<number, number>()
    Object.assign(globalThis, { seen })
    new PerformanceObserver(list => {
      for (const { startTime } of list.getEntries()) seen.largestPaintMs = startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver(list => {
      // Events of no interaction have the number 0; key down and key up have one number.
      for (const entry of list.getEntries() as unknown as { interactionId: number; duration: number }[])
        if (entry.interactionId > 0) longest.set(entry.interactionId, Math.max(entry.duration, longest.get(entry.interactionId) ?? 0))
      seen.interactions = [...longest.values()]
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit)
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })
  })
}

export const observed = (page: Page): Promise<Observed> => page.evaluate(() => (globalThis as unknown as { seen: Observed }).seen)

/** Bytes of the JavaScript heap in use after a garbage collection. */
export async function usedHeap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.enable')
  for (let n = 0; n < 3; n++) await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}

/** From now on counts the facts of this page's stream: a second page of its browser receives all of them as well. */
export const countFacts = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const heard = { facts: 0, channel: new BroadcastChannel('holdfast-facts') }
    Object.assign(globalThis, { heard })
    heard.channel.onmessage = ({ data }) => {
      if ('fact' in data) heard.facts++
    }
  })

export const factsHeard = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { heard: { facts: number } }).heard.facts)
