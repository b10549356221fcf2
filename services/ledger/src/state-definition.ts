import type { AnyState, Snapshot, Workflow } from '@holdfast/core'
import type { StateDefinition } from '@holdfast/request-state'

/** The ledger's state of a request: the whole lifecycle, with the earliest deadline in the index. */
export const createStateDefinition = ({
  evolve,
  evolveByRefusal,
  serializeSnapshot,
  parseSnapshot,
  deadlinesOf,
}: Pick<Workflow, 'evolve' | 'evolveByRefusal' | 'serializeSnapshot' | 'parseSnapshot' | 'deadlinesOf'>): StateDefinition<
  Snapshot<AnyState>
> => ({
  evolve(snapshot, fact) {
    const { accepted, snapshot: state } = evolve(snapshot, fact)
    return { accepted, state }
  },
  evolveRefusal(snapshot, refused) {
    const { accepted, snapshot: state } = evolveByRefusal(snapshot, refused)
    return { accepted, state }
  },
  serialize: serializeSnapshot,
  parse: parseSnapshot,
  dueAtMs(snapshot) {
    const [earliest] = deadlinesOf(snapshot)
    return earliest ? Date.parse(earliest.dueAt) : undefined
  },
})
