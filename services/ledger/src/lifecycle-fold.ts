import type { FoldDefinition } from '@holdfast/folds'
import { deadlinesOf, evolve, evolveByRefusal, parseSnapshot, type RequestSnapshot, serializeSnapshot } from '@holdfast/lifecycle'

/** The ledger's state of a request: the whole lifecycle, with the earliest deadline in the index. */
export const lifecycleFold: FoldDefinition<RequestSnapshot> = {
  fold(snapshot, fact) {
    const { accepted, snapshot: state } = evolve(snapshot, fact)
    return { accepted, state }
  },
  foldRefusal(snapshot, refused) {
    const { accepted, snapshot: state } = evolveByRefusal(snapshot, refused)
    return { accepted, state }
  },
  serialize: serializeSnapshot,
  parse: parseSnapshot,
  dueAtMs(snapshot) {
    const [earliest] = deadlinesOf(snapshot)
    return earliest ? Date.parse(earliest.dueAt) : undefined
  },
}
