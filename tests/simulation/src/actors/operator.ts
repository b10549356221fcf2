import { type DeadLetterPage, ordersTopic, type ParkedPage, topics } from '@holdfast/schemas'
import type { Chance } from '../chance/chance.ts'
import { type Endpoint, pause } from './endpoint.ts'

export interface OperatorOptions {
  readonly chance: Chance
  /** Of the desk, while it is up. */
  readonly door: () => Endpoint | undefined
  /** Faults are over, and what waits is seen to at once. */
  readonly isClosing: () => boolean
}

const patienceMs = 5_000

/** What is sent again from the dead letters: commands that nobody could read, as a ledger of the version before can't read new ones, and orders of which dispatch does not know whether they went out (ADR 31). */
const sentAgain = [topics.commands.name, ordersTopic('TL').name]

/** Who runs the engine: looks now and then for requests that are parked and for dead letters, and has each tried again. */
export async function startOperator({ chance, door, isClosing }: OperatorOptions): Promise<never> {
  async function ask<T>(method: 'GET' | 'POST', url: string): Promise<T | undefined> {
    const headers = { authorization: 'Bearer operator/o', 'content-type': 'application/json' }
    const answer = door()
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
