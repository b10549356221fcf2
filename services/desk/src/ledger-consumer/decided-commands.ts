import { serviceNameOf, type Workflow } from '@holdfast/core'
import type { Streams } from '@holdfast/streams'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

/** All commands of a partition that were accepted up to a moment: the end offset of the command topic. */
export interface AcceptedCommands {
  readonly desk: DecidedDesk
  readonly partition: number
  readonly commandsEnd: number
}

type DecidedWorkflow = Pick<Workflow, 'topics' | 'topicPrefix'>
type DecidedDesk = { readonly workflow: DecidedWorkflow }

export interface DecidedCommands {
  /** The commands that have been accepted by now, in each workflow: this desk may not know yet which one it is. */
  acceptedFor(requestId: string): Promise<readonly AcceptedCommands[]>
  /** Whether the ledger has decided them all, and this desk has read the results. */
  areShown(accepted: readonly AcceptedCommands[]): Promise<boolean>
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
  ledgers: Pick<JoinedLedgers<DecidedDesk>, 'all' | 'positionsOf'>,
  views: Pick<RequestProjection, 'positions'>,
): DecidedCommands {
  const looks = new Map<string, { readonly sinceMs: number; readonly progress: Promise<Progress> }>()

  async function readProgress({ topics, ...workflow }: DecidedWorkflow, partition: number): Promise<Progress> {
    const decidedUntil = (await streams.positions(serviceNameOf(workflow, 'ledger'), topics.commands.name)).get(partition) ?? 0
    // Read second, so that the results of the decided commands are before this end.
    return { decidedUntil, ledgerEnd: await streams.endOffset(topics.ledger.name, partition) }
  }

  function progressOf(workflow: DecidedWorkflow, partition: number): Promise<Progress> {
    const nowMs = performance.now()
    const key = `${workflow.topicPrefix}/${partition}`
    const known = looks.get(key)
    if (known && nowMs - known.sinceMs < refreshMs) return known.progress
    const progress = readProgress(workflow, partition)
    looks.set(key, { sinceMs: nowMs, progress })
    return progress
  }

  async function isShown({ desk, partition, commandsEnd }: AcceptedCommands): Promise<boolean> {
    const { decidedUntil, ledgerEnd } = await progressOf(desk.workflow, partition)
    return decidedUntil >= commandsEnd && (ledgers.positionsOf(desk, views.positions()).get(partition) ?? 0) >= ledgerEnd
  }

  return {
    acceptedFor: requestId =>
      Promise.all(
        ledgers.all.map(async desk => {
          const commands = desk.workflow.topics.commands.name
          const partition = await streams.partitionOf(commands, requestId)
          return { desk, partition, commandsEnd: await streams.endOffset(commands, partition) }
        }),
      ),
    areShown: async accepted => (await Promise.all(accepted.map(isShown))).every(Boolean),
  }
}
