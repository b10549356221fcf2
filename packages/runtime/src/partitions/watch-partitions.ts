import { engineTopics, featureLevelKey, ledgerOfTopic, type TopicSpec, topicOfLedger, type WorkflowTopics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import type { BaseConfig } from '../config/config.ts'
import type { Readiness } from '../health/readiness.ts'
import type { Logger } from '../log.ts'
import { StartRefusedError } from '../start-refused-error.ts'
import { openPartitionRecord, unfinishedRestoreText } from './partition-record.ts'

/** A workflow, as far as its topics. */
export interface LedgerOwner {
  readonly topics: WorkflowTopics
}

/** Compares the partitions of topics with their record. */
export interface PartitionWatch {
  /** Why writes are refused, and what to do; undefined while the partitions are as recorded. */
  problem(): string | undefined
  /** The recorded number of partitions for the keys of a topic; undefined for a topic of members, or an unknown one. */
  partitionsOf(topic: string): number | undefined
  /** Called when `problem` changes. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void
  stop(): Promise<void>
}

export interface PartitionWatchOptions {
  /** Those whose ledgers the process uses. */
  readonly workflows: readonly LedgerOwner[]
  readonly streams: Streams
  readonly config: Pick<BaseConfig, 'HOLDFAST_LEDGER_NUMBER' | 'HOLDFAST_PARTITIONS'>
  readonly clock: Clock
  readonly log: Logger
  readonly readiness: Pick<Readiness, 'note'>
  readonly everyMs?: number
}

/**
 * The records of a ledger partition that are checked if no count is recorded. After a doubled count, half of the
 * requests would be in another partition.
 */
const lookedAtMax = 500

/**
 * Topics keyed by request. Deliveries use their first count, whatever they have now. Commands and facts of one request
 * have the same partition, so both must have the count.
 */
const countedOf = ({ topics }: LedgerOwner): readonly TopicSpec[] => [topics.commands, topics.ledger, topics.deliveries]
const mustMatchOf = ({ topics }: LedgerOwner): readonly TopicSpec[] => [topics.commands, topics.ledger]

const whatToDo =
  'nothing is read or written until "holdfast repartition" has changed the number of partitions (docs/operate/repartition.md)'

/**
 * Compares the partitions of each ledger and its commands with those recorded at their first use, now and every two
 * seconds. A changed count would send a request's commands to an owner without its history. An unfinished restore is a
 * problem too. If an older version recorded no count, the current one is recorded if all facts are in the partitions of
 * their keys. Throws StartRefusedError at the start if a restore is unfinished.
 */
export async function watchPartitions(options: PartitionWatchOptions): Promise<PartitionWatch> {
  const { workflows, streams, config, log, readiness, everyMs = 2_000 } = options
  const { HOLDFAST_LEDGER_NUMBER: ledger } = config
  const nameOf = ({ name }: TopicSpec): string => topicOfLedger(name, ledger)
  const record = await openPartitionRecord(streams, options.clock)
  const listeners = new Set<() => void>()
  let problem: string | undefined

  async function findProblem(): Promise<string | undefined> {
    await record.readOn()
    for (const workflow of workflows) {
      const found = await problemOf(workflow)
      if (found !== undefined) return found
    }
    return undefined
  }

  async function problemOf(workflow: LedgerOwner): Promise<string | undefined> {
    const name = nameOf(workflow.topics.ledger)
    const restore = whyNotRestored(workflow)
    if (restore !== undefined) return restore
    const next = record.continuedAs(name)
    if (next !== undefined) return `${name} was replaced by ${next}. Start every service with HOLDFAST_LEDGER_NUMBER=${ledgerOfTopic(next)}`
    if (record.countOf(name) !== undefined) return await whatDiffers(workflow)
    if (ledger > 1)
      return `there is no complete ${name}. Set HOLDFAST_LEDGER_NUMBER to the ledger in use; "holdfast repartition" creates the next one`
    return takeUp(workflow)
  }

  function whyNotRestored({ topics }: LedgerOwner): string | undefined {
    const copy = record.unfinishedRestore(nameOf(topics.ledger))
    return copy && unfinishedRestoreText(nameOf(topics.ledger), copy)
  }

  async function whatDiffers(workflow: LedgerOwner): Promise<string | undefined> {
    for (const topic of mustMatchOf(workflow)) {
      const [began, now] = [record.countOf(nameOf(topic)), await streams.partitionCount(topic.name)]
      if (began !== now) return `${nameOf(topic)} has ${now} partitions, but ${began} are recorded: ${whatToDo}`
    }
    return undefined
  }

  /** For a new engine, or one without a recorded count. */
  async function takeUp(workflow: LedgerOwner): Promise<string | undefined> {
    const { topics } = workflow
    const counted = countedOf(workflow)
    await streams.ensureTopics(counted)
    const [commands, facts, deliveries] = await Promise.all(counted.map(({ name }) => streams.partitionCount(name)))
    if (commands !== facts) return `${topics.commands.name} has ${commands} partitions and ${topics.ledger.name} ${facts}: ${whatToDo}`
    const misplaced = await findMisplaced(streams, topics.ledger.name, facts ?? 1)
    if (misplaced !== undefined)
      return `${topics.ledger.name} has ${facts} partitions, but once had another number, because request ${misplaced} is in the wrong one: ${whatToDo}`
    const counts = [commands, facts, deliveries]
    await record.add(...counted.map((topic, index) => ({ topic: topic.name, partitions: counts[index] ?? 1 })))
    log.info({ ledger: topics.ledger.name, partitions: facts }, 'The number of ledger partitions is recorded')
    return whatDiffers(workflow)
  }

  async function look(): Promise<void> {
    const found = await findProblem()
    if (found === problem) return
    problem = found
    readiness.note('partitions', found)
    if (found === undefined) log.info('The partitions are as recorded again. Resuming')
    else log.error({ reason: found }, 'The partitions differ from their record. Writes are refused')
    for (const listener of listeners) listener()
  }

  const specs: readonly TopicSpec[] = [...workflows.flatMap(({ topics }) => Object.values(topics)), ...Object.values(engineTopics)]
  const partitionsOf = (topic: string): number | undefined => {
    const spec = specs.find(({ name }) => name === topic)
    if (!spec) return undefined
    return spec.partitions === 'shared' ? record.countOf(nameOf(spec)) : spec.partitions
  }

  const unfinished = workflows.map(whyNotRestored).find(why => why !== undefined)
  if (unfinished !== undefined) throw new StartRefusedError(unfinished)
  // Keys are assigned by the recorded counts from the first record on, also those of topics that were lost and are
  // created again.
  const known = workflows.flatMap(countedOf).filter(spec => record.countOf(nameOf(spec)) !== undefined)
  await streams.ensureTopics(known.map(spec => ({ ...spec, partitions: record.countOf(nameOf(spec)) ?? spec.partitions })))
  await look()
  const wanted = config.HOLDFAST_PARTITIONS
  for (const { topics } of workflows) {
    const present = partitionsOf(topics.ledger.name)
    if (wanted !== undefined && present !== undefined && wanted !== present)
      log.warn(
        { ledger: topics.ledger.name, wanted, present },
        'HOLDFAST_PARTITIONS is ignored: this ledger keeps its number of partitions. Use "holdfast repartition" to change it',
      )
  }

  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(look).catch(error => log.debug({ err: error }, 'The partitions cannot be checked. Retrying'))
  }, everyMs)
  timer.unref()

  return {
    problem: () => problem,
    partitionsOf,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

/**
 * Returns a request with facts outside the partition of its key; undefined if there is none among the first of each
 * partition.
 */
async function findMisplaced(streams: Streams, name: string, partitions: number): Promise<string | undefined> {
  for (let partition = 0; partition < partitions; partition++) {
    const start = await streams.startOffset(name, partition)
    for await (const records of streams.read(name, partition, start, start + lookedAtMax))
      for (const { key } of records) if (key !== featureLevelKey && (await streams.partitionOf(name, key)) !== partition) return key
  }
  return undefined
}
