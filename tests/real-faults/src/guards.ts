import { type Guard, guards as simulatedGuards } from '../../simulation/src/guards.ts'
import type { Patch } from '../../src/patched-tree.ts'

/** A guard that consists of several patches. */
interface FileGuard {
  readonly what: string
  readonly patches: readonly Patch[]
}

const secretOfEngine = 'packages/service-kit/src/identity/secret-of-engine.ts'

/** Guards of files and of restores, which simulated runs do not cover. */
export const fileGuards = {
  'secret-not-made': {
    what: 'creates no secret next to a ledger that was written with another one',
    patches: [
      {
        file: secretOfEngine,
        find: '(known !== undefined || (await hasHistory(streams)))',
        put: "(known === '' && (await hasHistory(streams)))",
      },
    ],
  },
  'keys-of-facts': {
    what: 'refuses a key store that lacks the keys of the newest facts',
    patches: [{ file: 'packages/service-kit/src/identity/keys-of-engine.ts', find: 'if (missing > 0)', put: 'if (missing < 0)' }],
  },
  'restore-done': {
    what: 'refuses a ledger whose restore is incomplete',
    patches: [
      { file: secretOfEngine, find: 'if (unfinished) throw', put: 'if (unfinished && !unfinished) throw' },
      {
        file: 'packages/runtime/src/partitions/watch-partitions.ts',
        find: 'return copy && unfinishedRestoreText',
        put: 'return copy && !copy && unfinishedRestoreText',
      },
    ],
  },
  'restore-compared': {
    what: 'compares the records that an interrupted restore has written before it continues',
    patches: [
      {
        file: 'packages/cli/src/backup/restore.ts',
        find: 'if (compared < there) {\n        compared++',
        put: 'if (compared > there) {\n        compared++',
      },
    ],
  },
} as const satisfies Record<string, FileGuard>

/** The values of `--without-guard`. */
export const guards = { ...simulatedGuards, ...fileGuards }
export type GuardName = keyof typeof guards

export function patchesOf(name: GuardName): readonly Patch[] {
  const guard: Guard | FileGuard = guards[name]
  return 'patches' in guard ? guard.patches : [guard]
}
