import { isFeatureLevelRaised, ledgerRecordIn, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { startBank } from '@holdfast/test-kit/bank'
import type { Engine } from '@holdfast/test-kit/engine'
import { instantMs } from '@holdfast/test-kit/instant'
import { returnsEverything } from '@holdfast/test-kit/institution'
import type { StreamCounts } from './target.ts'

export const requestingCountry = 'SG'
const beneficiaryCountry = 'TL'

/** Receives events of the streams as soon as they appear. */
export interface Observer {
  ordered(requestId: string, atMs: number): void
  recovered(requestId: string, atMs: number): void
}

export interface Observation {
  stop(): Promise<void>
}

/**
 * Simulates the institutions on these streams, and observes orders and ends. Without answers every request stays open.
 */
export async function observe(
  engine: Pick<Engine, 'streams' | 'dataDir'>,
  observer: Observer,
  { answering = true }: { readonly answering?: boolean } = {},
): Promise<Observation> {
  const tail = await engine.streams.tail({
    topic: topics.ledger.name,
    from: 'end',
    onRecords: facts => noteRecovered(facts, observer),
    onFault,
  })
  const institution = await startBank(engine, {
    country: beneficiaryCountry,
    // It can run inside the measured engine, whose memory must not grow by it.
    remembered: 10_000,
    // Recorded before the answers are sent: this is when the order arrived.
    plan(order) {
      observer.ordered(order.data.requestId, instantMs())
      return answering ? returnsEverything(order) : []
    },
  })
  return {
    async stop() {
      await institution.stop()
      await tail.stop()
    },
  }
}

/**
 * Searches the text instead of parsing each fact: this can run inside the measured engine. JSON escapes the quotes of a
 * string.
 */
function noteRecovered(facts: readonly StreamRecord[], observer: Observer): void {
  const atMs = instantMs()
  for (const { key, value } of facts) if (value.includes('"phase":"recovered"')) observer.recovered(key, atMs)
}

const onFault = (error: unknown): void => void process.stderr.write(`cannot read the ledger: ${(error as Error).message}\n`)

/** How many partitions of a ledger begin with its feature level, which is no fact. */
async function countLevels(streams: Streams, ledger: string): Promise<number> {
  let sum = 0
  for (let partition = 0; partition < (await streams.partitionCount(ledger)); partition++)
    for await (const [first] of streams.read(ledger, partition, 0, Math.min(1, await streams.endOffset(ledger, partition)))) {
      const read = first && ledgerRecordIn(first)
      if (read?.ok && isFeatureLevelRaised(read.value)) sum += 1
    }
  return sum
}

/** Counts by offsets, which start at 0 in a new engine and have no gaps. */
export async function countRecords(streams: Streams): Promise<StreamCounts> {
  const endOf = async (topic: string): Promise<number> => {
    let sum = 0
    for (let partition = 0; partition < (await streams.partitionCount(topic)); partition++) sum += await streams.endOffset(topic, partition)
    return sum
  }
  return {
    facts: (await endOf(topics.ledger.name)) - (await countLevels(streams, topics.ledger.name)),
    orders: await endOf(ordersTopic(beneficiaryCountry).name),
    deadLetters: await endOf(topics.deadLetters.name),
  }
}
