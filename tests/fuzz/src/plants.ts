import type { ServiceContext } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'

/** Faults that are put in to see that they are found, by their names, and what is done. */
export const plants = {
  throw: 'one handler in fifty throws',
  leak: 'one refusal in fifty names a person of two other countries',
  lost: 'one record in fifty is passed over',
  growing: 'each answer leaves 128 kB behind that nobody lets go of',
  logged: 'the addresses that are asked are written to the log',
  unnamed: 'one refusal in fifty names no problem',
  silent: 'one rejection in fifty is waited for by nobody',
  slow: 'one answer in a thousand takes longer than any may',
  backtracking: 'media types by HTTP are read by an expression that backtracks',
  heavy: 'reading a body of more than 100 kB takes three seconds in which nothing else is done',
  apart: 'each record is worked on by itself, so that each of a crowd has a dead letter of its own',
} as const
export type Plant = keyof typeof plants

const everyNth = (n: number) => {
  let count = 0
  return () => ++count % n === 0
}
const kept: Buffer[] = []
const keptBytes = 131_072
const slowMs = 20_000
/** As media types were read once: in time that grows with the third power of their length. */
const charsetOnce = /charset\s*=\s*"?([^"]*?)"?\s*$/i
/** Three times as many take half a minute. */
const charsetCharsMax = 1_000
const heavyBytes = 100_000
const heavyMs = 3_000

/** Puts it into the doors, before the services have put in theirs. */
export function plantInto(planted: ReadonlySet<Plant>, { http, log }: Pick<ServiceContext, 'http' | 'log'>, secret: string): void {
  if (planted.has('throw')) {
    const isTime = everyNth(50)
    http.addHook('preHandler', async () => {
      if (isTime()) throw new TypeError('planted')
    })
  }
  if (planted.has('growing')) http.addHook('preHandler', async () => void kept.push(Buffer.alloc(keptBytes, 1)))
  if (planted.has('logged')) http.addHook('preHandler', async ({ url }) => log.info({ url }, 'asked'))
  if (planted.has('slow')) {
    const isTime = everyNth(1_000)
    http.addHook('preHandler', async () => {
      if (isTime()) await new Promise(resolve => setTimeout(resolve, slowMs))
    })
  }
  if (planted.has('silent')) {
    const isTime = everyNth(50)
    http.addHook('preHandler', async () => void (isTime() && Promise.reject(new Error('planted'))))
  }
  // What is refused at once comes here too.
  if (planted.has('backtracking'))
    http.addHook('onSend', async ({ headers }, _reply, payload) => {
      charsetOnce.exec(`charset=${(headers['content-type'] ?? '').slice(-charsetCharsMax)}`)
      return payload
    })
  if (planted.has('heavy'))
    http.addHook('onSend', async ({ headers }, _reply, payload) => {
      if (Number(headers['content-length'] ?? 0) > heavyBytes) work(heavyMs)
      return payload
    })
  // Not the same ones.
  if (planted.has('leak')) spoilRefusals(http, 47, payload => payload.replace('"message":"', `"message":"as of ${secret}: `))
  if (planted.has('unnamed')) spoilRefusals(http, 53, payload => payload.replace(/"problems":\[.*\]/, '"problems":[]'))
}

function work(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function spoilRefusals(http: ServiceContext['http'], nth: number, spoil: (payload: string) => string): void {
  const isTime = everyNth(nth)
  http.addHook('onSend', async (_request, reply, payload) => {
    const isRefusal = reply.statusCode >= 400 && typeof payload === 'string' && payload.includes('"problems":[{')
    return isRefusal && isTime() ? spoil(payload) : payload
  })
}

let passed = everyNth(50)

/** Puts it into what comes by Kafka. */
export function plantIntoRecords(planted: ReadonlySet<Plant>, records: readonly StreamRecord[]): readonly StreamRecord[] {
  return planted.has('lost') ? records.filter(() => !passed()) : records
}

/** Puts it into how what comes by Kafka is worked on. */
export const plantIntoWork =
  (planted: ReadonlySet<Plant>, onBatch: (records: readonly StreamRecord[]) => Promise<void>) =>
  async (records: readonly StreamRecord[]): Promise<void> => {
    if (!planted.has('apart')) return onBatch(records)
    for (const record of records) await onBatch([record])
  }

export const forgetPlants = (): void => {
  kept.length = 0
  passed = everyNth(50)
}
