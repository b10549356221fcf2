import { featureLevelKey, ledgerOfTopic, type TopicSpec, topicOfLedger, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import type { BaseConfig } from '../config/config.ts'
import type { Readiness } from '../health/readiness.ts'
import type { Logger } from '../log.ts'
import { StartRefusedError } from '../start-refused-error.ts'
import { openPartitionRecord, unfinishedRestoreText } from './partition-record.ts'

/** Whether the topics still have the partitions that they began with. */
export interface PartitionWatch {
  /** Why nothing may be written, and what to do; undefined while all is as it was recorded. */
  problem(): string | undefined
  /** Into how many partitions the keys of a topic fall; undefined for one that members write, or that is not the engine's. */
  partitionsOf(topic: string): number | undefined
  /** Told when `problem` is another one. Returns how to stop it. */
  onChange(listener: () => void): () => void
  stop(): Promise<void>
}

export interface PartitionWatchOptions {
  readonly streams: Streams
  readonly config: Pick<BaseConfig, 'HOLDFAST_LEDGER_NUMBER' | 'HOLDFAST_PARTITIONS'>
  readonly clock: Clock
  readonly log: Logger
  readonly readiness: Pick<Readiness, 'note'>
  readonly everyMs?: number
}

/** Records of a ledger partition that are looked at where no count is recorded: of the requests of an engine at work, half lie elsewhere by a doubled count. */
const lookedAtMax = 500

/** What is keyed by request. Deliveries fall by the count that they began with, whatever they have now; commands and facts lie side by side, so both must have it. */
const counted: readonly TopicSpec[] = [topics.commands, topics.ledger, topics.deliveries]
const mustMatch: readonly TopicSpec[] = [topics.commands, topics.ledger]

const whatToDo = 'nothing is read or written until "holdfast repartition" has made a ledger with another count (docs/operating.md)'

/**
 * Compares the partitions of the ledger and of its commands with what was recorded when they were first used, at once and then each two seconds. A partition count that changed sends what is said
 * of a request to another owner, who does not know its history. A restore that is not done is a problem too. Where nothing is recorded, as of an older version, the count is taken up if all facts lie where it puts them.
 * Throws StartRefusedError at the start where a restore is not done.
 */
export async function watchPartitions(options: PartitionWatchOptions): Promise<PartitionWatch> {
  const { streams, config, log, readiness, everyMs = 2_000 } = options
  const { HOLDFAST_LEDGER_NUMBER: ledger } = config
  const nameOf = ({ name }: TopicSpec): string => topicOfLedger(name, ledger)
  const record = await openPartitionRecord(streams, options.clock)
  const listeners = new Set<() => void>()
  let problem: string | undefined

  async function findProblem(): Promise<string | undefined> {
    await record.readOn()
    const name = nameOf(topics.ledger)
    const restore = whyNotRestored()
    if (restore !== undefined) return restore
    const next = record.continuedAs(name)
    if (next !== undefined) return `${name} goes on as ${next}: start every service with HOLDFAST_LEDGER_NUMBER=${ledgerOfTopic(next)}`
    if (record.countOf(name) !== undefined) return await whatDiffers()
    if (ledger > 1)
      return `there is no whole ${name}: set HOLDFAST_LEDGER_NUMBER to the ledger that is in use; "holdfast repartition" makes the next one`
    return takeUp()
  }

  function whyNotRestored(): string | undefined {
    const copy = record.unfinishedRestore(nameOf(topics.ledger))
    return copy && unfinishedRestoreText(nameOf(topics.ledger), copy)
  }

  async function whatDiffers(): Promise<string | undefined> {
    for (const topic of mustMatch) {
      const [began, now] = [record.countOf(nameOf(topic)), await streams.partitionCount(topic.name)]
      if (began !== now) return `${nameOf(topic)} has ${now} partitions and began with ${began}: ${whatToDo}`
    }
    return undefined
  }

  /** Of an engine that is new, or whose count nobody has recorded yet. */
  async function takeUp(): Promise<string | undefined> {
    await streams.ensureTopics(counted)
    const [commands, facts, deliveries] = await Promise.all(counted.map(({ name }) => streams.partitionCount(name)))
    if (commands !== facts) return `${topics.commands.name} has ${commands} partitions and ${topics.ledger.name} ${facts}: ${whatToDo}`
    const misplaced = await findMisplaced(streams, facts ?? 1)
    if (misplaced !== undefined)
      return `${topics.ledger.name} has ${facts} partitions and began with another count, as ${misplaced} shows: ${whatToDo}`
    const counts = [commands, facts, deliveries]
    await record.add(...counted.map((topic, index) => ({ topic: topic.name, partitions: counts[index] ?? 1 })))
    log.info({ partitions: facts }, 'the partitions of the ledger are recorded')
    return whatDiffers()
  }

  async function look(): Promise<void> {
    const found = await findProblem()
    if (found === problem) return
    problem = found
    readiness.note('partitions', found)
    if (found === undefined) log.info('the partitions are as they were recorded: work goes on')
    else log.error({ reason: found }, 'the partitions are not what they were: nothing is written')
    for (const listener of listeners) listener()
  }

  const partitionsOf = (topic: string): number | undefined => {
    const spec = Object.values<TopicSpec>(topics).find(({ name }) => name === topic)
    if (!spec) return undefined
    return spec.partitions === 'shared' ? record.countOf(nameOf(spec)) : spec.partitions
  }

  const unfinished = whyNotRestored()
  if (unfinished !== undefined) throw new StartRefusedError(unfinished)
  // Keys fall by the recorded counts from the first record on, also those of topics that have been lost and are made anew.
  const known = counted.filter(spec => record.countOf(nameOf(spec)) !== undefined)
  await streams.ensureTopics(known.map(spec => ({ ...spec, partitions: record.countOf(nameOf(spec)) ?? spec.partitions })))
  await look()
  const wanted = config.HOLDFAST_PARTITIONS
  const present = partitionsOf(topics.ledger.name)
  if (wanted !== undefined && present !== undefined && wanted !== present)
    log.warn(
      { wanted, present },
      'HOLDFAST_PARTITIONS is for a new ledger, and this one keeps its count: "holdfast repartition" makes one with another',
    )

  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(look).catch(error => log.debug({ err: error }, 'the partitions could not be looked at'))
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

/** A request that has facts where this count does not put them; undefined where none is found among the first of each partition. */
async function findMisplaced(streams: Streams, partitions: number): Promise<string | undefined> {
  const { name } = topics.ledger
  for (let partition = 0; partition < partitions; partition++) {
    const start = await streams.startOffset(name, partition)
    for await (const records of streams.read(name, partition, start, start + lookedAtMax))
      for (const { key } of records) if (key !== featureLevelKey && (await streams.partitionOf(name, key)) !== partition) return key
  }
  return undefined
}
