import type { Client } from '@holdfast/client'
import { consequenceIdOf, factKindOf } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { clientsOf, type Engine, eventually, type Person, tokenOf } from '../../src/engine.ts'

/** A running engine and where its institutions answer. */
export type Attacked = Engine & { readonly answersUrl: string }

/** What a country and its bank saw while somebody attacked. In milliseconds. */
export interface Seen {
  readonly looks: number[]
  readonly answers: number[]
  readonly failed: string[]
}

const officer: Person = ['SG', 'officer', 'a.tan']
const bank: Person = ['TL', 'institution', 'a.bank']

export interface OrderedRequest {
  readonly requestId: string
  readonly orderId: string
}

/** Sends requests and waits until each of them is ordered. */
export async function orderAll(engine: Engine, first: number, count: number): Promise<OrderedRequest[]> {
  const { intake, desk } = clientsOf(engine, officer)
  const ordered: OrderedRequest[] = []
  for (let n = first; n < first + count; n++) {
    const receipt = await intake.submit(buildRequestNumber(n), { idempotencyKey: `healthy-${n}` })
    if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
    const { requestId } = receipt.value
    ordered.push({ requestId, orderId: await orderIdOf(desk, requestId) })
  }
  return ordered
}

const orderIdOf = (desk: Client, requestId: string): Promise<string> =>
  eventually(async () => {
    const shown = await desk.show(requestId)
    const verified = shown.ok && shown.value.history.find(fact => factKindOf(fact) === 'RequestVerified')
    return verified ? consequenceIdOf('order', requestId, verified.id) : undefined
  }, `${requestId} is ordered`)

const lookEveryMs = 40
const answerEveryMs = 800

/** Looks at a request again and again, and answers one order after the other, until the attack is over. Raw requests: a client that tries again would hide what was refused. */
export async function goOn(engine: Attacked, orders: readonly OrderedRequest[], over: Promise<unknown>): Promise<Seen> {
  const seen: Seen = { looks: [], answers: [], failed: [] }
  let isOver = false
  void over.finally(() => {
    isOver = true
  })
  const officerToken = await tokenOf(engine, officer)
  const look = async (requestId: string): Promise<{ phase?: string }> => {
    const began = performance.now()
    const answer = await fetch(`${engine.deskUrl}/v1/requests/${requestId}`, {
      headers: { authorization: `Bearer ${officerToken}` },
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    seen.looks.push(performance.now() - began)
    if (answer.status !== 200) seen.failed.push(`GET ${answer.status}`)
    return answer.status === 200 ? (JSON.parse(text) as { request: { phase: string } }).request : {}
  }
  const looking = async (): Promise<void> => {
    while (!isOver) {
      const [first] = orders
      if (first) await look(first.requestId).catch(error => seen.failed.push(String(error)))
      await new Promise(resolve => setTimeout(resolve, lookEveryMs))
    }
  }
  const answering = async (): Promise<void> => {
    for (const { requestId, orderId } of orders) {
      if (isOver) return
      const began = performance.now()
      const details = { amount: { currency: 'USD', value: '1000.00' }, basis: 'FIU_SUSPENSION' }
      const answer = await fetch(`${engine.answersUrl}/v1/answers`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(engine, bank)}`,
          'content-type': 'application/json',
          'idempotency-key': `a-${orderId}`.slice(0, 64),
        },
        body: JSON.stringify({ orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind: 'frozen', details }),
        signal: AbortSignal.timeout(90_000),
      }).catch(error => String(error))
      if (typeof answer === 'string' || answer.status !== 202) {
        seen.failed.push(`answer ${typeof answer === 'string' ? answer : answer.status}`)
        continue
      }
      await eventually(async () => ((await look(requestId)).phase === 'frozen' ? true : undefined), 'the answer is applied', 90_000)
      seen.answers.push(performance.now() - began)
      await new Promise(resolve => setTimeout(resolve, answerEveryMs))
    }
  }
  await Promise.all([looking(), answering()])
  return seen
}
