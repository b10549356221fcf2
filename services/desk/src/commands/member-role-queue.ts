import { isSettledWithin } from '@holdfast/streams'

/** Runs callers with the same name one at a time. */
export interface MemberRoleQueue {
  /**
   * Resolves once earlier callers with this name are done, or have been waited for long enough. Returns a function to
   * call when done.
   */
  take(name: string): Promise<() => void>
}

/** If the ledger is down, callers stop waiting for each other and all continue. */
export function createMemberRoleQueue(waitMsMax: number): MemberRoleQueue {
  const last = new Map<string, Promise<void>>()
  return {
    async take(name) {
      const before = last.get(name)
      const own = Promise.withResolvers<void>()
      last.set(name, own.promise)
      const done = () => {
        own.resolve()
        if (last.get(name) === own.promise) last.delete(name)
      }
      if (before) await isSettledWithin(before, waitMsMax)
      return done
    },
  }
}
