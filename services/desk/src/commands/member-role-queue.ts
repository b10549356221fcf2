import { isSettledWithin } from '@holdfast/streams'

/** Lets those of one name go one after the other. */
export interface MemberRoleQueue {
  /** Resolves once those who came before under this name are done, or have been waited for long enough; gives how to be done. */
  take(name: string): Promise<() => void>
}

/** While the ledger is away nobody waits for others who wait for it: then all go on together. */
export function createMemberRoleQueue(patienceMs: number): MemberRoleQueue {
  const last = new Map<string, Promise<void>>()
  return {
    async take(name) {
      const before = last.get(name)
      const mine = Promise.withResolvers<void>()
      last.set(name, mine.promise)
      const done = () => {
        mine.resolve()
        if (last.get(name) === mine.promise) last.delete(name)
      }
      if (before) await isSettledWithin(before, patienceMs)
      return done
    },
  }
}
