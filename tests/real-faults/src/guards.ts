import { type Guard, guards as simulatedGuards } from '../../simulation/src/guards.ts'
import type { Patch } from '../../src/patched-tree.ts'

/** A guard that has several places in the sources. */
interface FileGuard {
  readonly what: string
  readonly patches: readonly Patch[]
}

const secretOfEngine = 'packages/service-kit/src/identity/secret-of-engine.ts'

/** Guards of files and of restores, of which a simulated day has none. */
export const fileGuards = {
  'secret-not-made': {
    what: 'makes no secret beside a ledger that was written with another',
    patches: [
      {
        file: secretOfEngine,
        find: '(known !== undefined || (await hasHistory(streams)))',
        put: "(known === '' && (await hasHistory(streams)))",
      },
    ],
  },
  'keys-of-facts': {
    what: 'starts with no keys that lack those of the newest facts',
    patches: [{ file: 'packages/service-kit/src/identity/keys-of-engine.ts', find: 'if (missing > 0)', put: 'if (missing < 0)' }],
  },
  'restore-done': {
    what: 'starts on no ledger whose restore is not done',
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
    what: 'compares what a restore has written before it goes on',
    patches: [
      {
        file: 'packages/cli/src/backup/restore.ts',
        find: 'if (compared < there) {\n        compared++',
        put: 'if (compared > there) {\n        compared++',
      },
    ],
  },
} as const satisfies Record<string, FileGuard>

/** What `--without-guard` can name. */
export const guards = { ...simulatedGuards, ...fileGuards }
export type GuardName = keyof typeof guards

export function patchesOf(name: GuardName): readonly Patch[] {
  const guard: Guard | FileGuard = guards[name]
  return 'patches' in guard ? guard.patches : [guard]
}
