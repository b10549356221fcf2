import type { Patch } from '../../src/patched-tree.ts'

/** A guard keeps a promise. It is removed by a patch of one source. */
export interface Guard extends Patch {
  /** The effect of the guard, as the end of the sentence `without the guard that …`. */
  readonly what: string
  /**
   * The seed that last showed the missing guard, with five requests: it runs first. A change of the engine changes the
   * runs of all seeds.
   */
  readonly seenAt: number
  /** A guard in the embedded drivers: only runs of an engine on one file show that it is missing. */
  readonly embedded?: true
}

/** Each is removed alone, only in the simulation; docs/explain/guarantees.md says what it protects. */
export const guards = {
  'sequence-rule': {
    what: 'drops a fact that is not the next of its history',
    seenAt: 4,
    file: 'schemas/src/ledger/ledger-rule.ts',
    find: 'fact.sequence === last.sequence + 1 && fact.prevhash === last.hash',
    put: 'true',
  },
  'refusal-stands': {
    what: 'drops a fact whose command was refused before',
    seenAt: 29,
    file: 'schemas/src/ledger/ledger-rule.ts',
    find: ' && !wasRefused(last.refusals, fact.causationid)',
    put: '',
  },
  'expected-offset': {
    what: 'makes an owner reopen its partition when its append gets an unexpected offset',
    seenAt: 12,
    file: 'services/ledger/src/own-partition.ts',
    find: 'if (base !== expected)',
    put: 'if (base < 0)',
  },
  'known-command': {
    what: 'finds an applied command in the history',
    seenAt: 1,
    file: 'packages/core/src/decider.ts',
    find: 'if (snapshot && (isCause(snapshot.causes, command.id) || wasRefused(snapshot.refusals, command.id)))',
    put: 'if (snapshot && command.id === "")',
  },
  'deterministic-ids': {
    what: 'derives ids of consequences from their cause',
    seenAt: 2,
    file: 'schemas/src/ids.ts',
    find: '): string => deterministicId(kind, requestId, cause, index)',
    put: '): string => deterministicId(kind, requestId, cause, index, Math.random())',
  },
  'key-and-document': {
    what: 'derives the id of a request from its document and its key',
    seenAt: 7,
    file: 'services/intake/src/post-requests.ts',
    find: 'requestIdFor(secret, sender.country, key.value, fingerprint)',
    put: "requestIdFor(secret, sender.country, key.value, fingerprint && '')",
  },
  'first-receipt': {
    what: 'looks up in the ledger when a request was first received',
    seenAt: 30,
    file: 'services/intake/src/post-requests.ts',
    find: '(await receivedBefore([requestId])).get(requestId) ?? firstAt',
    put: 'firstAt',
  },
  'claimed-key': {
    what: 'repeats the first answer to a repeated request',
    seenAt: 1,
    file: 'packages/http/src/answer-once.ts',
    find: "if (claim?.outcome === 'replay') return accepted(JSON.parse(claim.response) as Answer)",
    put: '',
  },
  'snapshot-offset-seen': {
    what: 'detects that the store is not at the offset where an owner left it',
    seenAt: 52,
    file: 'packages/request-state/src/write-behind-store.ts',
    find: 'if (found !== snapshotOffset) fail(',
    put: 'if (found === -1) fail(',
  },
  'snapshot-offset-saved': {
    what: 'refuses a save that does not follow the last one',
    seenAt: 20,
    file: 'packages/test-kit/src/memory-stores/snapshots.ts',
    find: 'if (found?.snapshotOffset !== expected)',
    put: 'if (found === null)',
  },
  'effects-before-save': {
    what: 'saves an offset only after its outbound messages were sent',
    seenAt: 17,
    file: 'services/dispatch/src/partition/dispatch-partition.ts',
    find: '    await sendOutbound(deps, fresh, { within: assignment })\n    await destroyAll([...ofKeys, ...parkedKeys])\n    await batch.save()',
    put: '    await batch.save()\n    await sendOutbound(deps, fresh, { within: assignment })',
  },
  'read-back': {
    what: 'reads back what an earlier owner may have sent',
    seenAt: 3,
    file: 'services/dispatch/src/partition/unsent.ts',
    find: 'sinceMs !== undefined && remaining.length > 0 ? without(remaining, sentSince(sinceMs)) : remaining',
    put: 'remaining',
  },
  'claimed-payment': {
    what: 'allows a country one open request per payment',
    seenAt: 4,
    file: 'workflows/payment-stop/src/validation/validation.ts',
    find: 'const holder = claim?.representative ?? requestId',
    put: 'const holder = claim && requestId',
  },
  'complete-index': {
    what: 'claims no payment while the index is incomplete',
    seenAt: 199,
    file: 'packages/test-kit/src/memory-stores/claims.ts',
    find: 'needsAll && other < partitions',
    put: 'needsAll && other < 0',
  },
  'index-with-state': {
    what: 'restores the index where the states are ahead of it',
    seenAt: 18,
    file: 'services/validation/src/open-partition.ts',
    find: 'if (snapshotOffset <= found.position) return found.position',
    put: 'if (snapshotOffset >= 0) return found.position',
  },
  'level-gate': {
    what: 'writes facts of a newer version only after the feature level is raised',
    seenAt: 46,
    file: 'packages/core/src/decider.ts',
    find: 'if (needed > level)',
    put: 'if (needed > level + 1)',
  },
  'unknown-parked': {
    what: 'parks a request with an unknown critical fact',
    seenAt: 149,
    file: 'services/dispatch/src/state/state-definition.ts',
    find: 'if (!state || fact.critical !== false) throw',
    put: 'if (!state) throw',
  },
  'undone-stops': {
    what: 'accepts no writes after a failed commit until all readers of the rolled-back work have stopped',
    seenAt: 78,
    embedded: true,
    file: 'packages/sqlite/src/group-commit.ts',
    find: 'isRecovering = true',
    put: 'isRecovering = false',
  },
  'parked-order': {
    what: 'holds later commands of a parked request',
    seenAt: 227,
    file: 'services/ledger/src/own-partition.ts',
    find: 'if (held.length === 0) return received',
    put: 'if (received.length >= 0) return received',
  },
} as const satisfies Record<string, Guard>
export type GuardName = keyof typeof guards
export const guardOf = (name: GuardName): Guard => guards[name]
