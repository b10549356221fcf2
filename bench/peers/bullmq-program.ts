import { instantMs } from '@holdfast/test-kit/instant'
import { type Job, Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { reportSeen, reportStarted, serveLoadProcess } from '../src/program-side.ts'
import { isInOrder, openEndpoint } from './peer.ts'

// A payment stop as BullMQ jobs: one queue each for verifying, ordering and the bank's answers; the state of a request
// is a Redis hash. A job can run twice, so each transition requires its source state and skips what is already done.

interface Job1 {
  readonly id: string
  readonly document: unknown
}

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null }
const concurrency = 100

const moveScript = `
local state = redis.call('HGET', KEYS[1], 'state') or ''
if state == ARGV[1] then redis.call('HSET', KEYS[1], 'state', ARGV[2], 'at:' .. ARGV[2], ARGV[3]) return 1 end
if state == ARGV[2] then return 2 end
return 0`
const redis = new Redis({ ...connection, enableAutoPipelining: true })
redis.defineCommand('move', { numberOfKeys: 1, lua: moveScript })

/** Throws where the request is neither in the source state nor in the target state. */
async function move(id: string, from: string, to: string): Promise<void> {
  const moved = await (redis as unknown as { move(key: string, ...args: string[]): Promise<number> }).move(
    `request:${id}`,
    from,
    to,
    `${Date.now()}`,
  )
  if (moved === 0) throw new Error(`${id} is not ${from}`)
}

const defaultJobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 200 },
  removeOnComplete: { age: 86_400 },
  removeOnFail: { age: 604_800 },
}
const queueOf = <T>(name: string) => new Queue<T, void, string>(name, { connection, defaultJobOptions })
const verify = queueOf<Job1>('verify')
const order = queueOf<Job1>('order')
const answers = queueOf<{ readonly id: string }>('answers')

const report = (error: Error): void => console.error(error.message)
const work = <T>(name: string, process: (job: Job<T>) => Promise<unknown>) =>
  new Worker<T>(name, process, { connection, concurrency }).on('error', report).on('failed', (_job, error) => report(error))

const workers = [
  work<Job1>('verify', async ({ data }) => {
    if (!isInOrder(data.document)) return move(data.id, 'received', 'rejected')
    await move(data.id, 'received', 'verified')
    await order.add('freeze', data, { jobId: data.id })
  }),
  work<Job1>('order', async ({ data: { id } }) => {
    reportSeen('ordered', id, instantMs())
    setImmediate(() => answers.add('frozen', { id }, { jobId: `${id}-frozen` }).catch(report))
  }),
  work<{ readonly id: string }>('answers', async ({ name, data: { id } }) => {
    if (name === 'frozen') {
      await move(id, 'verified', 'frozen')
      setImmediate(() => answers.add('recovered', { id }, { jobId: `${id}-recovered` }).catch(report))
      return
    }
    await move(id, 'frozen', 'recovered')
    reportSeen('recovered', id, instantMs())
  }),
]

const url = await openEndpoint(async (id, body) => {
  const document: unknown = JSON.parse(body)
  await move(id, '', 'received').catch(() => undefined)
  await verify.add('verify', { id, document }, { jobId: id })
})
serveLoadProcess({
  async stop() {
    await Promise.all(workers.map(worker => worker.close(true)))
  },
})
reportStarted(url)
