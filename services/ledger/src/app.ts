import { checkRecipients, createServicePolicy, watchRecipients } from '@holdfast/access'
import { serviceNameOf, stateSpaceOf, type Workflow } from '@holdfast/core'
import { startParking } from '@holdfast/request-state'
import { createDeadLetters } from '@holdfast/runtime'
import { engineTopics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { ownPartition } from './own-partition.ts'
import { NewerLedgerError } from './raise-feature-level.ts'

export interface LedgerOptions {
  /**
   * How often the ledger checks for expired deadlines, in milliseconds. Default 1000: a country can wait a second. A
   * simulation with its own clock checks more often.
   */
  readonly deadlineCheckMs?: number | undefined
}

/** The only writer of a workflow's facts: decides every command in order, partition by partition. */
export const createLedger = (workflow: Workflow, { deadlineCheckMs = 1000 }: LedgerOptions = {}): ServiceDefinition => ({
  name: 'ledger',
  defaultPort: 8082,
  readsPersonalData: false,
  checks: [checkRecipients],
  workflows: [workflow],
  async start(context, stack) {
    const { streams, snapshots, clock, logTime, log, config, readiness } = context
    await streams.ensureTopics([...Object.values(workflow.topics), ...Object.values(engineTopics)])
    const deadLetters = createDeadLetters(streams, 'ledger', clock, log)
    const parking = await startParking({ streams, clock, log }, workflow, 'ledger')
    stack.defer(() => parking.stop())
    const store = snapshots(stateSpaceOf(workflow, 'ledger'))
    const recipients = watchRecipients(context)
    stack.defer(() => recipients.stop())
    const policy = createServicePolicy(workflow, context, recipients.directory)
    const level = config.HOLDFAST_LEDGER_FEATURE_LEVEL
    const deps = { workflow, streams, store, policy, clock, logTime, log, deadLetters, parking, level, deadlineCheckMs }
    const starting = streams.stage({
      group: serviceNameOf(workflow, 'ledger'),
      topics: [workflow.topics.commands.name],
      readsFrom: 'ordered',
      open: assignment => ownPartition(deps, assignment),
      onFault(error, at) {
        if (error instanceof NewerLedgerError) return void releasePartitions(error)
        log.warn({ err: error, ...at }, 'A batch of commands failed; retrying')
      },
    })
    let stopped: Promise<void> | undefined
    const stop = (): Promise<void> => {
      stopped ??= starting.then(stage => stage.stop())
      return stopped
    }
    /**
     * The partitions go to instances that can read them; until there is one, no facts are written. This can happen
     * while the service still starts.
     */
    function releasePartitions({ message }: NewerLedgerError): void {
      readiness.note('level', message)
      log.error({ reason: message }, 'Released all partitions: the ledger was written by a newer version. Run that version')
      // If stopping fails here, it throws again when the service is stopped.
      stop().catch(() => undefined)
    }
    await starting
    stack.defer(stop)
  },
})
