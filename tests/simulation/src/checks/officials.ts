import { commandTypeOf } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { documentCheck } from '@holdfast/test-kit/document-check'
import { type Endpoint, pause } from '../actors/endpoint.ts'
import type { Chance } from '../chance/chance.ts'
import { type CheckHistories, isOver } from './histories.ts'
import { countries } from './services.ts'

/** A check as its sender knows it. */
export interface SentCheck {
  readonly key: string
  readonly number: string
  /** From the receipts: one, if it is the same each time. */
  readonly requestIds: Set<string>
}

export interface OfficialsOptions {
  readonly chance: Chance
  readonly endpoint: () => Endpoint | undefined
  readonly streams: Streams
  readonly histories: CheckHistories
  readonly isClosing: () => boolean
}

/** The officials of three countries. */
export interface Officials {
  readonly sent: readonly SentCheck[]
  /** All checks are accepted. */
  haveSent(): boolean
}

const patienceMs = 10_000

/**
 * A member system sends checks, some of one document, and repeats some. Officers give opinions and remarks, and two of
 * them settle each check, unless it is escalated by its deadline. Some commands arrive twice.
 */
export function startOfficials({ chance, endpoint, streams, histories, isClosing }: OfficialsOptions): Officials {
  const sent: SentCheck[] = []
  let toSend = 0
  let commands = 0

  async function post(key: string, body: object): Promise<string | undefined> {
    const headers = { authorization: 'Bearer SG/system/main', 'idempotency-key': key, 'content-type': 'application/json' }
    const answer = endpoint()
      ?.inject({ method: 'POST', url: documentCheck.ingress.path, headers, payload: JSON.stringify(body) })
      .then(
        ({ statusCode, body: receipt }) => (statusCode === 202 ? (JSON.parse(receipt) as { requestId: string }).requestId : undefined),
        () => undefined,
      )
    return answer && Promise.race([answer, pause(patienceMs).then(() => undefined)])
  }

  async function send(check: SentCheck, fromMs: number): Promise<void> {
    toSend++
    await pause(fromMs)
    const escalatesAt = chance.happens(0.3) ? new Date(Date.now() + chance.between(5_000, 30_000)).toISOString() : undefined
    const body = { countries, document: { number: check.number }, ...(escalatesAt ? { escalatesAt } : {}) }
    for (let more = chance.happens(0.3) ? 2 : 1; more > 0; ) {
      const requestId = await post(check.key, body)
      if (requestId === undefined) await pause(chance.between(50, 3_000))
      else {
        if (check.requestIds.size === 0) void settle(requestId)
        check.requestIds.add(requestId)
        more--
      }
    }
    toSend--
  }

  async function give(requestId: string, kind: string, actor: string, data: object = {}): Promise<void> {
    const id = `check-command-${++commands}`
    const command = { id, source: '/officials', type: commandTypeOf(kind), subject: requestId, time: new Date().toISOString(), actor, data }
    const record = { key: requestId, value: JSON.stringify(command) }
    for (let times = chance.happens(0.2) ? 2 : 1; times > 0; times--) await streams.publish(documentCheck.topics.commands.name, [record])
  }

  async function settle(requestId: string): Promise<void> {
    const steps = [
      ['GiveOpinion', 'TL/officer/a.costa', {}],
      ['GiveOpinion', 'AU/officer/j.smith', {}],
      ['AddRemark', 'SG/officer/a.tan', chance.happens(0.5) ? { secret: true } : {}],
    ] as const
    for (const [kind, actor, data] of steps) {
      await pause(chance.between(100, 5_000))
      await give(requestId, kind, actor, data)
    }
    for (let turn = 0; ; turn++) {
      await pause(isClosing() ? chance.between(200, 1_000) : chance.between(1_000, 8_000))
      const kinds = histories.kindsOf(requestId)
      if (isOver(kinds)) return
      if (kinds.includes('CheckPassed'))
        await give(requestId, 'Settle', turn % 2 ? 'SG/officer/b.lim' : 'SG/officer/a.tan', { genuine: true })
    }
  }

  for (let n = 1, count = chance.between(2, 5); n <= count; n++) {
    const other = sent.length > 0 && chance.happens(0.25) ? chance.pick(sent) : undefined
    const check = { key: `check-${n}`, number: other?.number ?? `K${n}`, requestIds: new Set<string>() }
    sent.push(check)
    void send(check, chance.between(0, 20_000))
  }
  return { sent, haveSent: () => toSend === 0 }
}
