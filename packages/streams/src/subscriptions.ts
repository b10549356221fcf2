import type { Subscription } from './port.ts'

/** The subscriptions of one client, those that are still starting among them, so that it can end all of them when it closes. */
export interface Subscriptions {
  keep(starting: Promise<Subscription>): Promise<Subscription>
  /** Resolves when each has stopped; one that never started is none. */
  stopAll(): Promise<void>
}

export function createSubscriptions(): Subscriptions {
  const all = new Set<Promise<Subscription>>()
  return {
    async keep(starting) {
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
