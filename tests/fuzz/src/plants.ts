import type { ServiceContext } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'

/** Faults to plant, so that the campaign must find them: name and effect. */
export const plants = {
  throw: 'one handler in fifty throws',
  leak: 'one refusal in fifty names a person of two other countries',
  lost: 'one record in fifty is skipped',
  growing: 'each answer leaks 128 kB',
  logged: 'the requested addresses are logged',
  unnamed: 'one refusal in fifty names no problem',
  silent: 'one promise rejection in fifty is not handled',
  slow: 'one answer in a thousand exceeds the time limit',
  backtracking: 'media types by HTTP are parsed by a backtracking regular expression',
  heavy: 'reading a body of more than 100 kB blocks the process for three seconds',
  apart: 'each record is processed alone, so that each of many has a dead letter of its own',
} as const
export type Plant = keyof typeof plants

const everyNth = (n: number) => {
  let count = 0
  return () => ++count % n === 0
}
const kept: Buffer[] = []
const keptBytes = 131_072
const slowMs = 20_000
/** The former parser of media types: its time grows with the third power of the length. */
const charsetOnce = /charset\s*=\s*"?([^"]*?)"?\s*$/i
/** Three times this length takes half a minute. */
const charsetCharsMax = 1_000
const heavyBytes = 100_000
const heavyMs = 3_000

/** Plants it in the HTTP server, before the services add their hooks. */
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
  // Records that are refused at once pass here too.
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
  // Other records than those of the first fault.
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

/** Plants it in the records from Kafka. */
export function plantIntoRecords(planted: ReadonlySet<Plant>, records: readonly StreamRecord[]): readonly StreamRecord[] {
  return planted.has('lost') ? records.filter(() => !passed()) : records
}

/** Plants it in the processing of records from Kafka. */
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
