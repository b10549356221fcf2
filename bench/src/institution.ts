import { ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { startBank } from '@holdfast/test-kit/bank'
import type { Engine } from '@holdfast/test-kit/engine'
import { instantMs } from '@holdfast/test-kit/instant'
import { returnsEverything } from '@holdfast/test-kit/institution'
import type { StreamCounts } from './target.ts'

export const requestingCountry = 'SG'
const beneficiaryCountry = 'TL'

/** Told of what the streams show, as soon as they show it. */
export interface Observer {
  ordered(requestId: string, atMs: number): void
  recovered(requestId: string, atMs: number): void
}

export interface Observation {
  stop(): Promise<void>
}

/** Plays the institutions on these streams, and watches orders arrive and requests end. Where they do not answer, every request stays open. */
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
    // It may run inside the engine that is measured, whose memory must not grow by it.
    remembered: 10_000,
    // Asked before the answers go out: this is when the order is there.
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

/** Looks for the words instead of reading each fact: this may run inside the engine that is measured. A string in JSON has its quotes escaped. */
function noteRecovered(facts: readonly StreamRecord[], observer: Observer): void {
  const atMs = instantMs()
  for (const { key, value } of facts) if (value.includes('"phase":"recovered"')) observer.recovered(key, atMs)
}

const onFault = (error: unknown): void => void process.stderr.write(`the ledger could not be followed: ${(error as Error).message}\n`)

/** Counts by offsets, which in a new engine start at 0 and leave nothing out. */
export async function countRecords(streams: Streams): Promise<StreamCounts> {
  const endOf = async (topic: string): Promise<number> => {
    let sum = 0
    for (let partition = 0; partition < (await streams.partitionCount(topic)); partition++) sum += await streams.endOffset(topic, partition)
    return sum
  }
  return {
    facts: await endOf(topics.ledger.name),
    orders: await endOf(ordersTopic(beneficiaryCountry).name),
    deadLetters: await endOf(topics.deadLetters.name),
  }
}
