import type { Subscription } from './port.ts'

/** The subscriptions of one client, including those that are still starting, so that closing it stops them all. */
export interface Subscriptions {
  track(starting: Promise<Subscription>): Promise<Subscription>
  /** Resolves when all have stopped. A subscription that fails to start counts as stopped. */
  stopAll(): Promise<void>
}

export function createSubscriptions(): Subscriptions {
  const all = new Set<Promise<Subscription>>()
  return {
    async track(starting) {
      all.add(starting)
      starting.catch(() => all.delete(starting))
      const subscription = await starting
      return {
        async stop() {
          await subscription.stop()
          all.delete(starting)
        },
      }
    },
    async stopAll() {
      await Promise.all([...all].map(starting => starting.then(subscription => subscription.stop()).catch(() => undefined)))
    },
  }
}
