import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaStreams } from '../src/kafka/index.ts'

// A group member in its own process, for tests that kill or suspend it. It copies each record and prints one line per
// step.

const [broker = '', group = '', topic = '', copies = '', workMs = '0', membershipsPath = '', sessionMs = '6000'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say('begins')
const streams = createKafkaStreams({
  brokers: [broker],
  clientId: `member-${process.pid}`,
  partitions: 4,
  replication: 1,
  sessionTimeoutMs: Number(sessionMs),
  ...(membershipsPath === '' ? {} : { membershipsPath }),
})
await streams.stage({
  group,
  topics: [topic],
  batchMax: 1,
  async open(assignment) {
    say(`opened ${assignment.partition}`)
    return {
      async onBatch(records) {
        say('works')
        await sleep(Number(workMs))
        assignment.throwIfLost()
        await streams.append(
          copies,
          assignment.partition,
          records.map(({ key, value }) => ({ key, value, headers: { by: `${process.pid}` } })),
        )
      },
      close: async () => say(`closed ${assignment.partition}`),
    }
  },
  onFault: error => say(`fault ${error}`),
})
