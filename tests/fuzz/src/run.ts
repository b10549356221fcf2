import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as aRound, setTimeout as pause } from 'node:timers/promises'
import { recordBytesMax, recordSize } from '@holdfast/streams'
import { engineSecretFileName } from '@holdfast/trust'
import { createDraw } from './drawing/draw.ts'
import type { Endpoint, HttpInput, Input, KafkaInput, SocketInput } from './drawing/input.ts'
import { type FuzzedEngine, readAsKafkaDoes, startFuzzedEngine } from './engine.ts'
import type { Finding } from './finding.ts'
import { followPublished, type PublishedFollower } from './judging/follow-published.ts'
import { answerMsMax, wrongsOf } from './judging/judge-answer.ts'
import { type LedgerReport, verifyLedger } from './judging/verify-ledger.ts'
import { watchLog } from './judging/watch-log.ts'
import { lookAtMemory, type Memory, wrongsOfMemory } from './judging/watch-memory.ts'
import { forgetPlants, type Plant } from './plants.ts'
import { ask, isWholeRequest, write } from './send.ts'
import { tryAttacks } from './try-attacks.ts'
import { createWorld, ofOthers, orderOne, type World } from './world.ts'

export interface RunOptions {
  readonly seed: number
  /** The number of workers; this run sends every n-th input, from the n-th on. */
  readonly inputs: number
  readonly first?: number
  readonly every?: number
  readonly endpoints: readonly Endpoint[]
  /** Only this input. */
  readonly only?: number | undefined
  readonly planted?: ReadonlySet<Plant>
  /** Receives how many inputs were sent since the last call. */
  readonly onSent?: (count: number) => void
  /** Receives the outcome of an input that is sent alone. */
  readonly onShown?: (input: Input, answer: string) => void
}

export interface RunResult {
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  readonly deadLetters: number
  /** For HTTP and XML, how many answers had each status; 0 is a connection that ended without an answer. */
  readonly statuses: ReadonlyMap<number, number>
  readonly slowestMs: number
  readonly findings: readonly Finding[]
  readonly findingCount: number
  /** After a tenth of the inputs, and at the end. */
  readonly memory: { readonly early: Memory; readonly late: Memory }
  readonly orderMs: { readonly before: number; readonly after: number }
  readonly ledger: LedgerReport
  readonly logLines: number
  readonly seconds: number
}

/**
 * The number of inputs in progress at once. An input without an answer after a while waits, for example for an unknown
 * id; others then start in addition, up to a maximum.
 */
const atOnce = 48
const workedOnMs = 60
const underWayMax = 400
/** Records appended to a topic in one step, and the longest wait before it. */
const recordsAtOnce = 200
const recordBytesAtOnce = 500_000
const publishEveryMs = 40
const publishedWaitingMax = 2_000
/** Tokens for commands are valid for ten minutes. */
const renewEveryMs = 5 * 60_000
const findingsMax = 60
const partInputs = 20_000
/** An idle engine takes some 50 ms; the rest allows for a loaded machine. */
const orderMsMax = 10_000

/** Sends inputs to an engine of its own and reports each violation. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { seed, inputs, first = 0, every = 1, endpoints, only, planted = new Set() } = options
  const began = performance.now()
  const secrets: string[] = []
  const log = watchLog(() => secrets)
  const engine = await startFuzzedEngine({ onLog: log.onLog, planted, secret: ofOthers.creditor })
  const findings: Finding[] = []
  let findingCount = 0
  const find = (finding: Finding) => {
    findingCount++
    // Findings about the process are recorded a few times only, and at the end.
    if (findings.length < findingsMax || finding.number === undefined) findings.push(finding)
  }
  const onThrown = (error: unknown) => find({ wrong: `the process threw an uncaught error: ${(error as Error)?.stack ?? error}` })
  process.on('uncaughtException', onThrown)
  process.on('unhandledRejection', onThrown)
  try {
    const world = await createWorld(engine)
    secrets.push(readFileSync(join(engine.dataDir, engineSecretFileName), 'utf8').trim(), ...world.tokens().values(), world.operatorToken())
    const before = await orderOne(engine, orderMsMax)
    const published = await followPublished(engine.streams, log.recordsNotKept)
    const draw = createDraw(seed, endpoints, world)
    log.begin()
    const sending = createSending({ engine, world, published, find, show: options.onShown })
    const numbers = only === undefined ? { from: first, to: inputs, every } : { from: only, to: only + 1, every: 1 }
    const count = Math.ceil((numbers.to - numbers.from) / numbers.every)
    const tenth = numbers.from + Math.ceil(count / 10) * numbers.every
    let renewedAt = performance.now()

    let underWay = 0
    const whenEnded: Array<() => void> = []
    const begin = async (sent: Promise<void>): Promise<void> => {
      underWay++
      const ended = sent.catch(onThrown).finally(() => {
        underWay--
        whenEnded.pop()?.()
      })
      await Promise.race([ended, pause(workedOnMs)])
      while (underWay > underWayMax) await new Promise<void>(resolve => whenEnded.push(resolve))
    }

    const settle = async (): Promise<void> => {
      await sending.flush()
      for (const number of await published.settle())
        find({ number, endpoint: 'kafka', wrong: 'was neither accepted nor refused, and has no dead letter' })
      for (const wrong of [...published.takeWrongs(), ...log.take()]) find({ wrong })
    }

    let sentSince = 0
    const sendUpTo = async (from: number, to: number): Promise<void> => {
      let next = from
      const one = async (): Promise<void> => {
        while (next < to && findingCount < findingsMax * 10) {
          const number = next
          next += numbers.every
          if (performance.now() > renewedAt + renewEveryMs) {
            renewedAt = performance.now()
            await world.renewTokens()
          }
          await begin(sending.send(draw(number)))
          // An input without a socket is answered within one round of the event loop; other work must have its turn
          // too.
          await aRound()
          if (++sentSince >= 500) {
            options.onSent?.(sentSince)
            sentSince = 0
          }
        }
      }
      await Promise.all(Array.from({ length: atOnce }, one))
      while (underWay > 0) await pause(10)
      await settle()
    }

    /** Releases the state of followed records between the parts. */
    const sendInParts = async (from: number, to: number): Promise<void> => {
      for (let next = from; next < to; next += partInputs * numbers.every)
        await sendUpTo(next, Math.min(to, next + partInputs * numbers.every))
    }

    await sendInParts(numbers.from, Math.min(tenth, numbers.to))
    const early = await lookAtMemory()
    await sendInParts(tenth, numbers.to)
    if (only === undefined) await tryAttacks({ engine, world, endpoints, draw, send: sending.send, settle, find })
    const late = await lookAtMemory()
    for (const wrong of wrongsOfMemory(early, late)) find({ wrong })
    const after = await orderOne(engine, orderMsMax).catch((error: Error) => {
      find({ wrong: `at the end a valid request got no order: ${error.message}` })
      return Number.POSITIVE_INFINITY
    })
    const ledger = await verifyLedger(engine.streams, sending.acceptedIds)
    for (const wrong of [...ledger.wrongs, ...log.take()]) find({ wrong })
    await published.stop()
    const { counts } = published
    const { sums } = sending
    return {
      sent: count,
      accepted: sums.accepted + counts.accepted,
      refused: sums.refused + counts.refused,
      deadLetters: counts['dead letter'],
      statuses: sums.statuses,
      slowestMs: sums.slowestMs,
      findings,
      findingCount,
      memory: { early, late },
      orderMs: { before, after },
      ledger,
      logLines: log.lines(),
      seconds: (performance.now() - began) / 1000,
    }
  } finally {
    await engine.stop()
    forgetPlants()
    process.off('uncaughtException', onThrown)
    process.off('unhandledRejection', onThrown)
  }
}

/** Addresses of member systems are answered in JSON, whatever the Accept header says. */
const asksForPage = ({ url, headers }: HttpInput): boolean =>
  !url.startsWith('/v1/') && Object.entries(headers).some(([name, value]) => name.toLowerCase() === 'accept' && value.includes('text/html'))

const pageInBytes = /^[A-Z]+ (?!\/v1\/)\S+ HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*?accept:[^\r\n]*text\/html/im
/** The same for bytes, where they contain such a request. */
const bytesAskForPage = ({ bytes }: SocketInput): boolean => pageInBytes.test(bytes.toString('latin1'))

interface SendingWorld {
  readonly engine: FuzzedEngine
  readonly world: World
  readonly published: PublishedFollower
  readonly find: (finding: Finding) => void
  readonly show: RunOptions['onShown']
}

type ToPublish = Parameters<PublishedFollower['publish']>[1][number]

function createSending({ engine, world, published, find, show }: SendingWorld) {
  const sums = { accepted: 0, refused: 0, slowestMs: 0, statuses: new Map<number, number>() }
  const acceptedIds = new Set<string>()
  const batches = new Map<string, { records: ToPublish[]; bytes: number }>()
  let publishing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const count = (status: number) => {
    sums.statuses.set(status, (sums.statuses.get(status) ?? 0) + 1)
    if (status >= 200 && status < 400) sums.accepted++
    else sums.refused++
  }
  /** A read returns requests that were not accepted as this input. */
  const noteAccepted = (status: number, text: string) => {
    if (status !== 202 || !text.startsWith('{"requestId":"')) return
    acceptedIds.add((JSON.parse(text) as { requestId: string }).requestId)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    for (const [topic, { records }] of batches) publishing = publishing.then(() => published.publish(topic, records))
    batches.clear()
    return publishing
  }

  async function publish(number: number, sent: KafkaInput): Promise<void> {
    const { value, headers } = readAsKafkaDoes(sent.bytes, sent.headers)
    // Invalid UTF-8 takes three times the bytes once it is read: a broker refuses such a record to its sender.
    if (recordSize({ key: sent.key, value, headers }) > recordBytesMax) {
      sums.refused++
      return
    }
    const batch = batches.get(sent.topic) ?? { records: [], bytes: 0 }
    batches.set(sent.topic, batch)
    batch.records.push({ number, sent, value, headers })
    batch.bytes += value.length + 2_000
    timer ??= setTimeout(() => void flush(), publishEveryMs)
    if (batch.records.length >= recordsAtOnce || batch.bytes >= recordBytesAtOnce) await flush()
    while (published.waiting() > publishedWaitingMax) await new Promise(resolve => setTimeout(resolve, 5))
  }

  async function send(drawn: Input): Promise<void> {
    const sent = drawn.sent.way === 'published' ? drawn.sent : await world.forOneAct(drawn.sent)
    const input: Input = { ...drawn, sent }
    const { number, endpoint, made } = input
    const wrong = (what: string) => find({ number, endpoint, made, wrong: what })
    if (sent.way === 'published') {
      await publish(number, sent)
      show?.(input, 'published')
      return
    }
    if (sent.way === 'asked') {
      const answered = await ask(engine, sent, number)
      if (!answered) return wrong(`has no answer: ${sent.method} ${sent.url.slice(0, 200)} ${JSON.stringify(sent.headers)}`)
      for (const each of wrongsOf(answered, sent.by, { hasBody: sent.method !== 'HEAD', asksForPage: asksForPage(sent) })) wrong(each)
      count(answered.status)
      noteAccepted(answered.status, answered.text)
      sums.slowestMs = Math.max(sums.slowestMs, answered.tookMs)
      show?.(input, `${answered.status} ${answered.text}`)
      return
    }
    const { answers, isOpen, tookMs } = await write(engine, sent)
    if (isOpen) wrong(`its connection is open after ${Math.round(tookMs)} ms, and at most ${answerMsMax} are allowed`)
    const hasBody = !sent.bytes.includes('HEAD ')
    for (const answered of answers) {
      for (const each of wrongsOf(answered, sent.by, { hasBody, asksForPage: bytesAskForPage(sent) })) wrong(each)
      noteAccepted(answered.status, answered.text)
    }
    if (answers.length === 0 && isWholeRequest(sent.bytes))
      wrong(`had no answer: ${JSON.stringify(sent.bytes.toString('latin1').slice(0, 200))}`)
    count(answers[0]?.status ?? 0)
    sums.slowestMs = Math.max(sums.slowestMs, tookMs)
    show?.(input, answers.map(({ status, text }) => `${status} ${text}`).join('\n') || 'no answer')
  }

  return { send, flush, sums, acceptedIds }
}
