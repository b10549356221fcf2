import { requestType } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import type { Attempt } from '../../checker/observations.ts'
import { requester } from './countries.ts'
import type { Plan } from './plans.ts'
import { pause, sendUntilTaken, type World } from './world.ts'

const by = `${requester}/system/member`

export interface Members {
  /** Sends a request as planned, until it is accepted. Resolves with the id of its receipt. */
  send(plan: Plan): Promise<string | undefined>
  /** The member of the request with this case reference. */
  planOf(caseReference: string): Plan | undefined
  /** For the latest accepted requests only. */
  readonly taken: readonly string[]
}

const takenMax = 200

/**
 * Member systems, which retry each request until it is accepted and repeat some: always identical under the same key.
 */
export function createMembers(world: World): Members {
  const plans = new Map<string, Plan>()
  const taken: string[] = []

  async function send(plan: Plan): Promise<string | undefined> {
    plans.set(plan.document.caseReference, plan)
    const attempts: Attempt[] = []
    world.recorder.requests.push({ by, key: plan.key, document: plan.document, attempts })
    for (let nth = 0; nth < plan.times && !world.signal.aborted; nth++) {
      if (nth > 0) await pause(plan.chance.between(20, 4_000))
      if (plan.by === 'kafka') await publish(plan, attempts)
      else {
        const sending = {
          by,
          endpoint: 'intake',
          path: '/v1/requests',
          key: plan.key,
          body: plan.document,
          attempts,
          chance: plan.chance,
        } as const
        const answered = await sendUntilTaken(world, sending, ({ status }) => status === 202)
        if (answered?.status !== 202) return undefined
        keep((answered.body as { requestId: string }).requestId)
      }
    }
    return plan.by === 'kafka' ? undefined : taken.at(-1)
  }

  function keep(requestId: string): void {
    world.progress.accepted(requestId)
    taken.push(requestId)
    if (taken.length > takenMax) taken.shift()
  }

  async function publish(plan: Plan, attempts: Attempt[]): Promise<void> {
    const event = {
      specversion: '1.0',
      id: plan.key,
      source: '/members/sg',
      type: requestType,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: plan.document,
    }
    while (!world.signal.aborted) {
      const authorization = `Bearer ${await world.tokenOf(by)}`
      const sentMs = Date.now()
      try {
        await world.site.publish?.(topics.requests.name, plan.key, JSON.stringify(event), authorization)
        attempts.push({ sentMs, endedMs: Date.now(), outcome: 'accepted' })
        return
      } catch {
        attempts.push({ sentMs, endedMs: Date.now(), outcome: 'unknown' })
        await pause(500)
      }
    }
  }

  return { send, planOf: caseReference => plans.get(caseReference), taken }
}
