import { type DeadLetterPage, ordersTopic, type ParkedPage, topics } from '@holdfast/schemas'
import type { Chance } from '../chance/chance.ts'
import { type Endpoint, pause } from './endpoint.ts'

export interface OperatorOptions {
  readonly chance: Chance
  /** The desk's endpoint, while the desk is up. */
  readonly endpoint: () => Endpoint | undefined
  /** Faults are over: what waits is handled at once. */
  readonly isClosing: () => boolean
}

const patienceMs = 5_000

/**
 * The dead letters to redrive: commands that a ledger of the previous version could not read, and orders of which
 * dispatch does not know whether they were sent (ADR 31).
 */
const sentAgain = [topics.commands.name, ordersTopic('TL').name]

/** The operator: looks for parked requests and dead letters now and then, and retries each. */
export async function startOperator({ chance, endpoint, isClosing }: OperatorOptions): Promise<never> {
  async function ask<T>(method: 'GET' | 'POST', url: string): Promise<T | undefined> {
    const headers = { authorization: 'Bearer operator/o', 'content-type': 'application/json' }
    const answer = endpoint()
      ?.inject({ method, url, headers, ...(method === 'POST' ? { payload: '{}' } : {}) })
      .then(({ statusCode, body }) => (statusCode === 200 ? (JSON.parse(body) as T) : undefined))
      .catch(() => undefined)
    return answer && Promise.race([answer, pause(patienceMs).then(() => undefined)])
  }

  while (true) {
    await pause(isClosing() ? chance.between(1_000, 3_000) : chance.between(2_000, 12_000))
    const page = await ask<ParkedPage>('GET', '/v1/parked')
    for (const requestId of new Set(page?.parked.map(each => each.requestId))) await ask('POST', `/v1/parked/${requestId}/redrive`)
    for (const topic of sentAgain) {
      const kept = await ask<DeadLetterPage>('GET', `/v1/dead-letters?topic=${topic}&limit=100`)
      for (const { number, redriven } of kept?.letters ?? []) if (!redriven) await ask('POST', `/v1/dead-letters/${number}/redrive`)
    }
  }
}
