import type { CDPSession, Page } from 'playwright-core'

/** A line and a computer as investigators have them on the road: 1.6 Mbit/s, 150 ms, and a quarter of this processor. */
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

/** Begins to write down, in each document of the page from now on, its paints, its interactions and its long tasks. */
export async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { largestPaintMs: 0, interactions: [] as number[], longTasks: [] as number[] }
    const longest = new Map<number, number>()
    Object.assign(globalThis, { seen })
    new PerformanceObserver(list => {
      for (const { startTime } of list.getEntries()) seen.largestPaintMs = startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver(list => {
      // What belongs to no interaction has the number 0; pressing a key and letting it go are one.
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

/** Bytes of the JavaScript heap that are in use once everything that nobody needs has been collected. */
export async function usedHeap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.enable')
  for (let n = 0; n < 3; n++) await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}

/** Counts from now on what the stream of this page brings: a second page of its browser hears all of it as well. */
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
