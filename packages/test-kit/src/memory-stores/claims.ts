import type { ClaimChange, ClaimIndex, ClaimMatch, FoundIndex } from '@holdfast/stores'
import { createStepping, type StepOrder, type StepOutcome } from '@holdfast/stores/driver/claim-step'
import type { Perform } from './perform.ts'
import type { MemoryServer, StoredIndex, StoredOwner } from './state.ts'

/** As in Redis: a partition is complete on the run of the server that it was completed on. */
export function createMemoryClaims(server: MemoryServer, workflow: string, perform: Perform): ClaimIndex {
  function index(): StoredIndex {
    const { claims } = server.state()
    const found = claims.get(workflow) ?? { requests: new Map(), partitions: new Map() }
    claims.set(workflow, found)
    return found
  }
  const ask = <T>(operation: string, partition: number | undefined, writes: boolean, work: () => T): Promise<T> =>
    perform({ port: 'claims', operation, ...(partition === undefined ? {} : { partition }), writes }, work)
  const isCompleteHere = (partition: number): boolean => index().partitions.get(partition)?.completedOn === server.run()

  function change({ kind, claimKey, requestId, country }: ClaimChange, mode: StepOrder['mode']): ClaimMatch | undefined {
    const { requests } = index()
    const open = requests.get(claimKey) ?? []
    const others = open.filter(each => each.requestId !== requestId)
    const isThere = others.length < open.length
    if (kind === 'leave') {
      if (others.length === 0) requests.delete(claimKey)
      else requests.set(claimKey, others)
      return undefined
    }
    const same = others.find(each => each.country === country)?.requestId
    const linkedTo = others.find(each => each.country !== country)?.requestId
    const isAdded = !isThere && (mode !== 'claim' || same === undefined)
    if (isAdded) requests.set(claimKey, [...open, { requestId, country }])
    const representative = isThere || isAdded ? requestId : (same ?? requestId)
    return linkedTo === undefined ? { representative } : { representative, linkedTo }
  }

  function own(partition: number, owner: number): FoundIndex {
    const { partitions } = index()
    const found = partitions.get(partition)
    partitions.set(partition, { position: found?.position, completedOn: found?.completedOn, owner })
    if (found?.position === undefined || found.completedOn === undefined) return { state: 'unknown' }
    return { state: isCompleteHere(partition) ? 'complete' : 'restarted', position: found.position }
  }

  function refusal(partition: number, partitions: number, held: StoredOwner, order: StepOrder): StepOutcome | undefined {
    const { mode, from, needsAll } = order
    if (mode !== 'claim') return from !== undefined && from !== (held.position ?? -1) ? { outcome: 'lost' } : undefined
    if (!isCompleteHere(partition)) return { outcome: 'incomplete', partition }
    if ((held.position ?? -1) < (from ?? 0)) return { outcome: 'lost' }
    for (let other = 0; needsAll && other < partitions; other += 1)
      if (!isCompleteHere(other)) return { outcome: 'incomplete', partition: other }
    return undefined
  }

  function step(partition: number, partitions: number, owner: number, order: StepOrder): StepOutcome {
    const { mode, to, changes } = order
    const held = index().partitions.get(partition)
    if (held?.owner !== owner) return { outcome: 'otherOwner' }
    const refused = refusal(partition, partitions, held, order)
    if (refused) return refused
    const position = mode === 'claim' ? Math.max(to, held.position ?? -1) : to
    const completedOn = mode === 'restore' ? undefined : server.run()
    index().partitions.set(partition, { owner, position, completedOn })
    return { outcome: 'applied', matches: changes.flatMap(each => change(each, mode) ?? []) }
  }

  return {
    async own(partition, partitions) {
      const { owner, found } = await ask('own', partition, true, () => {
        const owner = server.nextOwner()
        return { owner, found: own(partition, owner) }
      })
      const operationOf = ({ mode }: StepOrder): string => (mode === 'claim' ? 'claim' : 'restore')
      return {
        found,
        ...createStepping(partition, order => ask(operationOf(order), partition, true, () => step(partition, partitions, owner, order))),
        isComplete: position =>
          ask('isComplete', partition, false, () => {
            const held = index().partitions.get(partition)
            return held?.owner === owner && isCompleteHere(partition) && (held.position ?? -1) >= position
          }),
      }
    },
    clear: () =>
      ask('clear', undefined, true, () => {
        index().requests.clear()
        index().partitions.clear()
      }),
  }
}
