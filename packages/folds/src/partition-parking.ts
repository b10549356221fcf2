import { setTimeout } from 'node:timers/promises'
import type { Command, ParkedBody } from '@holdfast/schemas'
import type { Assignment, StreamRecord, Streams } from '@holdfast/streams'
import { createHeldCommands, type HeldCommand, type HeldCommands, memberRoleOf, readHeld } from './held-commands.ts'
import { isBeingRedriven, type Parked, type ParkedEntries } from './parked-entries.ts'
import { StateLostError } from './write-behind-store.ts'

/** A command for a parked request, and the record it came in. */
export interface CommandToHold {
  readonly command: Pick<Command, 'id' | 'subject' | 'actor'>
  readonly record: StreamRecord
}

/** What one owner of a partition has parked of it. What another owner parks meanwhile is that one's own affair: it has lost the partition. */
export interface PartitionParking {
  has(requestId: string): boolean
  get(requestId: string): Parked | undefined
  all(): Parked[]
  /** Durable when it resolves. */
  park(parked: Parked): Promise<void>
  /**
   * Keeps commands for parked requests, all in one write; durable when it resolves. One that is kept already is not kept twice. Gives those that are beyond the quota of their member
   * role, which are not kept.
   */
  hold<C extends CommandToHold>(commands: readonly C[]): Promise<readonly C[]>
  /** The commands that were kept for a request, in their order: the next ones behind the first `skipped`, at most 200. */
  held(requestId: string, skipped: number): Promise<readonly HeldCommand[]>
  /** It goes on: all that came for it has been worked on. Where that can't be told it stays parked. */
  release(requestId: string): Promise<void>
  /**
   * Tries each request whose redrive is asked for; at the opening those that were asked for before and have not been tried, or wait for a kind that this version knows.
   * Where that fails it is tried again each second, until it has been tried or this owner closes. Who keeps states in a store says how another owner is opened
   * where they are lost: that one tries it.
   */
  onRedrive(tryAgain: (requestId: string) => Promise<void>, reopen?: Assignment['reopen']): void
  close(): void
}

/** Of one owner of a partition, and told of what happens in the topic. */
export interface OwnedParking {
  readonly parking: PartitionParking
  /** Somebody asks for a redrive. */
  redrive(requestId: string): void
  /** Another owner has let go of a request. */
  released(requestId: string): void
}

/** What is to be told, and what makes it this event and no other. */
export interface ParkedNews {
  readonly data: ParkedBody
  readonly causes: readonly (string | number)[]
}

interface OwnedParkingOptions {
  readonly service: string
  readonly partition: number
  readonly streams: Pick<Streams, 'read'>
  readonly now: () => Date
  /** As the topic tells them, taken in up to the opening. */
  readonly entries: ParkedEntries
  /** Resolves when what lies in the topic at the call is in the entries. */
  caughtUp(): Promise<void>
  /** Durable when it resolves; what has the same causes is the same event. */
  tell(...events: readonly ParkedNews[]): Promise<void>
  onFault(error: unknown): void
  onRedriveFault(error: unknown, requestId: string, partition: number): void
  onParked(parked: Parked, partition: number): void
  onClose(): void
}

const retryEveryMs = 1_000
const readAtOnceMax = 200

export function createOwnedParking(options: OwnedParkingOptions): OwnedParking {
  const { service, partition, streams, now, entries, caughtUp, tell, onFault, onRedriveFault, onParked, onClose } = options
  const own = new Map<string, Parked>()
  const held = new Map<string, HeldCommands>()
  const asked = new Set<string>()
  /** The last held command that was read of each request, by its offset in the topic. */
  const readTo = new Map<string, number>()
  for (const entry of entries.all()) {
    if (entry.service !== service || entry.partition !== partition) continue
    const { parked } = entry
    own.set(parked.requestId, parked)
    held.set(parked.requestId, entry.held.copy())
    if (isBeingRedriven(entry)) asked.add(parked.requestId)
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
      // Before it is told: what is told comes back as if another owner had said it.
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
    // To who opens the partition next it has to be parked, as this owner still holds it back.
    released(requestId) {
      const parked = own.get(requestId)
      if (parked)
        tell({ data: { what: 'parked', ...place(requestId), ...parked }, causes: [partition, parked.offset, 'again'] }).catch(onFault)
    },
  }
}
