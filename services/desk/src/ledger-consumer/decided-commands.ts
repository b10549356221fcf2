import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'

/** Everything that was accepted for a request up to a moment, by where its commands ended. */
export interface Accepted {
  readonly partition: number
  readonly commandsEnd: number
}

export interface DecidedCommands {
  /** What has been accepted for a request by now. */
  acceptedFor(requestId: string): Promise<Accepted>
  /** Whether the ledger has decided all of that, and the view has read what came of it. */
  areShown(accepted: Accepted): Promise<boolean>
}

/** How far the ledger is: what it had decided, and where it ended after that. */
interface Progress {
  readonly decidedUntil: number
  readonly ledgerEnd: number
}

/** All callers who wait share a look at each partition. An older one is true as well: it only knows of less. */
const lookEveryMs = 100

export function createDecidedCommands(
  streams: Pick<Streams, 'partitionOf' | 'endOffset' | 'positions'>,
  views: Pick<RequestProjection, 'positions'>,
): DecidedCommands {
  const [commands, ledger] = [topics.commands.name, topics.ledger.name]
  const looks = new Map<number, { readonly sinceMs: number; readonly progress: Promise<Progress> }>()

  async function look(partition: number): Promise<Progress> {
    const decidedUntil = (await streams.positions('ledger', commands)).get(partition) ?? 0
    // Asked second, so that what came of the decided commands lies before this end.
    return { decidedUntil, ledgerEnd: await streams.endOffset(ledger, partition) }
  }

  function progressOf(partition: number): Promise<Progress> {
    const nowMs = performance.now()
    const known = looks.get(partition)
    if (known && nowMs - known.sinceMs < lookEveryMs) return known.progress
    const progress = look(partition)
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
