import type { Patch } from '../../src/patched-tree.ts'

/** Something in the engine that keeps a promise, and how it is taken out: one place in one source that says something else. */
export interface Guard extends Patch {
  /** What it does, as the end of the sentence `without what …`. */
  readonly what: string
  /** The day that showed last that it was missing, of five requests: it is tried first. A change of the engine makes other days of the same seeds. */
  readonly seenAt: number
  /** It is of the embedded drivers: days of an engine on one file show that it is missing. */
  readonly embedded?: true
}

/** Each is taken out alone, and only in the simulator; docs/guarantees.md says what it keeps. */
export const guards = {
  'sequence-rule': {
    what: 'drops a fact that is not the next one of its history',
    seenAt: 26,
    file: 'schemas/src/ledger/ledger-rule.ts',
    find: 'fact.sequence === last.sequence + 1 && fact.prevhash === last.hash',
    put: 'true',
  },
  'refusal-stands': {
    what: 'drops a fact whose command was refused before',
    seenAt: 267,
    file: 'schemas/src/ledger/ledger-rule.ts',
    find: ' && !wasRefused(last.refusals, fact.causationid)',
    put: '',
  },
  'expected-offset': {
    what: 'makes an owner open its partition again when its append lands where it did not expect it',
    seenAt: 93,
    file: 'services/ledger/src/own-partition.ts',
    find: 'if (base !== expected)',
    put: 'if (base < 0)',
  },
  'known-command': {
    what: 'finds a command in the history that it was applied to',
    seenAt: 2,
    file: 'packages/lifecycle/src/decide.ts',
    find: 'if (snapshot && (isCause(snapshot.causes, command.id) || wasRefused(snapshot.refusals, command.id)))',
    put: 'if (snapshot && command.id === "")',
  },
  'deterministic-ids': {
    what: 'names what follows from a cause by that cause',
    seenAt: 2,
    file: 'schemas/src/ids.ts',
    find: '): string => deterministicId(kind, requestId, cause, index)',
    put: '): string => deterministicId(kind, requestId, cause, index, Math.random())',
  },
  'key-and-words': {
    what: 'names a request by its words beside its key',
    seenAt: 7,
    file: 'services/intake/src/post-requests.ts',
    find: 'requestIdFor(secret, sender.country, key.value, fingerprint)',
    put: "requestIdFor(secret, sender.country, key.value, fingerprint && '')",
  },
  'first-receipt': {
    what: 'looks in the ledger for when a request came first',
    seenAt: 83,
    file: 'services/intake/src/post-requests.ts',
    find: '(await receivedBefore([requestId])).get(requestId) ?? firstAt',
    put: 'firstAt',
  },
  'claimed-key': {
    what: 'gives the first answer to who sends the same again',
    seenAt: 28,
    file: 'packages/http/src/answer-once.ts',
    find: "if (claim?.outcome === 'replay') return accepted(JSON.parse(claim.response) as Answer)",
    put: '',
  },
  'checkpoint-seen': {
    what: 'sees that the store is not where an owner left it',
    seenAt: 8,
    file: 'packages/folds/src/write-behind-store.ts',
    find: 'if (found !== checkpoint) fail(',
    put: 'if (found === -1) fail(',
  },
  'checkpoint-saved': {
    what: 'refuses the save of an owner that did not see the last one',
    seenAt: 12,
    file: 'packages/test-kit/src/memory-stores/snapshots.ts',
    find: 'if (found?.checkpoint !== expected)',
    put: 'if (found === null)',
  },
  'effects-before-save': {
    what: 'saves how far it has come only once what follows from it has gone out',
    seenAt: 15,
    file: 'services/dispatch/src/partition/dispatch-partition.ts',
    find: '    await sendOutbound(deps, fresh, { within: assignment })\n    await destroyAll([...ofKeys, ...parkedKeys])\n    await batch.save()',
    put: '    await batch.save()\n    await sendOutbound(deps, fresh, { within: assignment })',
  },
  'read-back': {
    what: 'reads back what an owner before may have sent',
    seenAt: 35,
    file: 'services/dispatch/src/partition/unsent.ts',
    find: 'sinceMs !== undefined && anew.length > 0 ? without(anew, sentSince(sinceMs)) : anew',
    put: 'anew',
  },
  'claimed-payment': {
    what: 'lets one request of a country stand for a payment',
    seenAt: 4,
    file: 'services/validation/src/on-fact.ts',
    find: 'const holder = standing?.standing ?? fact.subject',
    put: 'const holder = standing && fact.subject',
  },
  'complete-index': {
    what: 'claims no payment while one may be missing from the index',
    seenAt: 347,
    file: 'packages/test-kit/src/memory-stores/open-payments.ts',
    find: 'needsAll && other < partitions',
    put: 'needsAll && other < 0',
  },
  'index-beside-fold': {
    what: 'restores the index where the fold is ahead of it',
    seenAt: 1795964144,
    file: 'services/validation/src/open-partition.ts',
    find: 'if (checkpoint <= found.position) return found.position',
    put: 'if (checkpoint >= 0) return found.position',
  },
  'level-gate': {
    what: 'writes what only a newer version knows once the level is raised',
    seenAt: 60,
    file: 'packages/lifecycle/src/decide.ts',
    find: 'if (featureLevelOf(body.type) > level)',
    put: 'if (featureLevelOf(body.type) > level + 1)',
  },
  'unknown-parked': {
    what: 'goes on with no request of which a fact is not known that may matter',
    seenAt: 232,
    file: 'services/dispatch/src/state/request-fold.ts',
    find: 'if (!state || fact.critical !== false) throw',
    put: 'if (!state) throw',
  },
  'undone-stops': {
    what: 'takes no writes after a failed commit until all who saw the undone work have stopped',
    seenAt: 1,
    embedded: true,
    file: 'packages/sqlite/src/group-commit.ts',
    find: 'isRecovering = true',
    put: 'isRecovering = false',
  },
  'parked-order': {
    what: 'lets what comes for a parked request wait behind it',
    seenAt: 60,
    file: 'services/ledger/src/own-partition.ts',
    find: 'if (held.length === 0) return received',
    put: 'if (received.length >= 0) return received',
  },
} as const satisfies Record<string, Guard>
export type GuardName = keyof typeof guards
export const guardOf = (name: GuardName): Guard => guards[name]
