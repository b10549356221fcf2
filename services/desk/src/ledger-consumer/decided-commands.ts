import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'

/** All commands of a partition that were accepted up to a moment: the end offset of the command topic. */
export interface AcceptedCommands {
  readonly partition: number
  readonly commandsEnd: number
}

export interface DecidedCommands {
  /** The commands that have been accepted by now. */
  acceptedFor(requestId: string): Promise<AcceptedCommands>
  /** Whether the ledger has decided them all, and this desk has read the results. */
  areShown(accepted: AcceptedCommands): Promise<boolean>
}

/** Offsets of the ledger service: the commands it had decided, and the end of the ledger after that. */
interface Progress {
  readonly decidedUntil: number
  readonly ledgerEnd: number
}

/** Callers share one result per partition for this long. An older result is still true: it only covers less. */
const refreshMs = 100

export function createDecidedCommands(
  streams: Pick<Streams, 'partitionOf' | 'endOffset' | 'positions'>,
  views: Pick<RequestProjection, 'positions'>,
): DecidedCommands {
  const [commands, ledger] = [topics.commands.name, topics.ledger.name]
  const looks = new Map<number, { readonly sinceMs: number; readonly progress: Promise<Progress> }>()

  async function readProgress(partition: number): Promise<Progress> {
    const decidedUntil = (await streams.positions('ledger', commands)).get(partition) ?? 0
    // Read second, so that the results of the decided commands are before this end.
    return { decidedUntil, ledgerEnd: await streams.endOffset(ledger, partition) }
  }

  function progressOf(partition: number): Promise<Progress> {
    const nowMs = performance.now()
    const known = looks.get(partition)
    if (known && nowMs - known.sinceMs < refreshMs) return known.progress
    const progress = readProgress(partition)
    looks.set(partition, { sinceMs: nowMs, progress })
    return progress
  }

  return {
    async acceptedFor(requestId) {
      const partition = await streams.partitionOf(commands, requestId)
      return { partition, commandsEnd: await streams.endOffset(commands, partition) }
    },
    async areShown({ partition, commandsEnd }) {
      const { decidedUntil, ledgerEnd } = await progressOf(partition)
      return decidedUntil >= commandsEnd && (views.positions().get(partition) ?? 0) >= ledgerEnd
    },
  }
}
