import { setTimeout } from 'node:timers/promises'
import type { Workflow } from '@holdfast/core'
import type { CommandEvent, ParkedBody } from '@holdfast/schemas'
import type { Assignment, StreamRecord, Streams } from '@holdfast/streams'
import { createHeldCommands, type HeldCommand, type HeldCommands, memberRoleOf, readHeld } from './held-commands.ts'
import { isBeingRedriven, type Parked, type ParkedEntries } from './parked-entries.ts'
import { StateLostError } from './write-behind-store.ts'

/** A command for a parked request, with its record. */
export interface CommandToHold {
  readonly command: Pick<CommandEvent, 'id' | 'subject' | 'actor'>
  readonly record: StreamRecord
}

/**
 * The parked requests of one partition, for its owner. An owner does not see what a later owner parks: it has lost the
 * partition by then.
 */
export interface PartitionParking {
  has(requestId: string): boolean
  get(requestId: string): Parked | undefined
  all(): Parked[]
  /**
   * Holds commands for parked requests, all in one write; durable when it resolves. A command that is held already is
   * not held twice. Returns the commands beyond the quota of their member role, which are not held.
   */
  park(parked: Parked): Promise<void>
  /**
   * Keeps commands for parked requests, all in one write; durable when it resolves. One that is kept already is not kept twice. Gives those that are beyond the quota of their member
   * role, which are not kept.
   */
  hold<C extends CommandToHold>(commands: readonly C[]): Promise<readonly C[]>
  /** The held commands of a request, in their order: at most 200 after the first `skipped`. */
  held(requestId: string, skipped: number): Promise<readonly HeldCommand[]>
  /** Releases a request whose commands are all processed. If the write fails, the request stays parked. */
  release(requestId: string): Promise<void>
  /**
   * Sets what retries a request. It is called for each requested redrive, for those that were requested earlier and not
   * tried, and for requests that wait for a fact type which this version knows. A failed try is repeated each second
   * until it succeeds or this owner closes. An owner whose states are lost calls `reopen`, and the next owner retries.
   */
  onRedrive(tryAgain: (requestId: string) => Promise<void>, reopen?: Assignment['reopen']): void
  close(): void
}

/** The parking of one owner, with what the topic reports to it. */
export interface OwnedParking {
  readonly parking: PartitionParking
  /** Called when a redrive is requested. */
  redrive(requestId: string): void
  /** Called when another owner has released a request. */
  released(requestId: string): void
}

/** An event to publish, and the causes from which its id is derived. */
export interface ParkedNews {
  readonly data: ParkedBody
  readonly causes: readonly (string | number)[]
}

interface OwnedParkingOptions {
  readonly workflow: Pick<Workflow, 'isKnownFact'>
  readonly service: string
  readonly partition: number
  readonly streams: Pick<Streams, 'read'>
  readonly now: () => Date
  /** The content of the topic, as of the opening. */
  readonly entries: ParkedEntries
  /** Resolves when all records that were in the topic at the call are in the entries. */
  caughtUp(): Promise<void>
  /** Durable when it resolves. Events with the same causes are the same event. */
  tell(...events: readonly ParkedNews[]): Promise<void>
  onFault(error: unknown): void
  onRedriveFault(error: unknown, requestId: string, partition: number): void
  onParked(parked: Parked, partition: number): void
  onClose(): void
}

const retryEveryMs = 1_000
const readAtOnceMax = 200

export function createOwnedParking(options: OwnedParkingOptions): OwnedParking {
  const { workflow, service, partition, streams, now, entries, caughtUp, tell, onFault, onRedriveFault, onParked, onClose } = options
  const own = new Map<string, Parked>()
  const held = new Map<string, HeldCommands>()
  const asked = new Set<string>()
  /** The offset of the last held command that was read of each request. */
  const readTo = new Map<string, number>()
  for (const entry of entries.all()) {
    if (entry.service !== service || entry.partition !== partition) continue
    const { parked } = entry
    own.set(parked.requestId, parked)
    held.set(parked.requestId, entry.held.copy())
    if (isBeingRedriven(entry, workflow)) asked.add(parked.requestId)
  }
  const place = (requestId: string) => ({ service, partition, requestId })
  let redriving: { tryAgain(requestId: string): Promise<void>; readonly reopen: Assignment['reopen'] | undefined } | undefined
  let isClosed = false

  async function redriveUntilTried(requestId: string): Promise<void> {
    while (redriving && !isClosed && own.has(requestId)) {
      try {
        return await redriving.tryAgain(requestId)
      } catch (error) {
        if (isClosed) return
        onRedriveFault(error, requestId, partition)
        if (error instanceof StateLostError && redriving.reopen) return redriving.reopen(error)
        await setTimeout(retryEveryMs, undefined, { ref: false })
      }
    }
  }

  const parking: PartitionParking = {
    has: requestId => own.has(requestId),
    get: requestId => own.get(requestId),
    all: () => [...own.values()],
    async park(parked) {
      const { requestId } = parked
      const known = own.get(requestId)
      const kept = known && known.offset < parked.offset ? { ...parked, offset: known.offset } : parked
      await tell({ data: { what: 'parked', ...place(requestId), ...kept }, causes: [partition, kept.offset] })
      own.set(requestId, kept)
      onParked(kept, partition)
    },
    async hold(commands) {
      const added = new Map<string, HeldCommands>()
      const news: ParkedNews[] = []
      const beyondQuota: (typeof commands)[number][] = []
      for (const each of commands) {
        const { id: commandId, subject: requestId, actor } = each.command
        const known = added.get(requestId) ?? held.get(requestId)?.copy() ?? createHeldCommands()
        added.set(requestId, known)
        if (known.has(commandId)) continue
        if (!known.hasQuota(actor)) {
          beyondQuota.push(each)
          continue
        }
        const memberRole = memberRoleOf(actor)
        const { topic, partition: at, offset, key, value } = each.record
        const record = { topic, partition: at, offset, key, value }
        news.push({
          data: { what: 'held', ...place(requestId), commandId, ...(memberRole ? { memberRole } : {}), record },
          causes: [commandId],
        })
        known.add(commandId, offset, memberRole)
      }
      if (news.length > 0) await tell(...news)
      for (const [requestId, commandsOf] of added) held.set(requestId, commandsOf)
      return beyondQuota
    },
    async held(requestId, skipped) {
      await caughtUp()
      const offsets = entries.get(service, partition, requestId)?.held.offsets() ?? []
      const wanted = offsets.slice(skipped, skipped + readAtOnceMax)
      readTo.set(requestId, Math.max(readTo.get(requestId) ?? -1, ...wanted))
      return readHeld(streams, wanted)
    },
    async release(requestId) {
      const [parked, commands] = [own.get(requestId), held.get(requestId)]
      // Before publishing: the event comes back as if another owner had published it.
      own.delete(requestId)
      held.delete(requestId)
      try {
        await tell({
          data: { what: 'released', ...place(requestId), decidedTo: readTo.get(requestId) ?? -1 },
          causes: [partition, now().getTime()],
        })
      } catch (error) {
        if (parked) own.set(requestId, parked)
        if (commands) held.set(requestId, commands)
        throw error
      }
    },
    onRedrive(tryAgain, reopen) {
      redriving = { tryAgain, reopen }
      for (const requestId of asked) void redriveUntilTried(requestId)
      asked.clear()
    },
    close() {
      isClosed = true
      onClose()
    },
  }

  return {
    parking,
    redrive(requestId) {
      if (!own.has(requestId)) return
      if (redriving) void redriveUntilTried(requestId)
      else asked.add(requestId)
    },
    // This owner still holds the request back, so the next owner must find it parked.
    released(requestId) {
      const parked = own.get(requestId)
      if (parked)
        tell({ data: { what: 'parked', ...place(requestId), ...parked }, causes: [partition, parked.offset, 'again'] }).catch(onFault)
    },
  }
}
