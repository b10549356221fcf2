import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { beneficiary } from './countries.ts'
import { ask } from './recorder.ts'
import { pause, type World } from './world.ts'

/** The average interval of each reader. */
const everyMs = 700
const listed = 20

/** A reader at each desk: lists, one request, one history, in sequence. Skips a desk that cannot be reached. */
export function startReaders(world: World, taken: readonly string[]): void {
  for (const [nth, desk] of world.site.endpoints.desk.entries()) void read(desk, nth)

  async function read(desk: string, nth: number): Promise<void> {
    const by = `${beneficiary}/officer/reader`
    const chance = world.chance.branch(`reader ${nth}`)
    while (!world.signal.aborted) {
      await pause(chance.between(everyMs / 2, (everyMs * 3) / 2))
      const requestId = taken.length > 0 ? chance.pick(taken) : ''
      const path = chance.happens(0.5) || requestId === '' ? `/v1/requests?limit=${listed}&sort=updated` : `/v1/requests/${requestId}`
      // As a load balancer does: a desk that rebuilds its projection reports that it is not ready.
      if ((await ask(`${desk}/health/ready`, { method: 'GET', token: '' })).status !== 200) continue
      const { status, body } = await ask(`${desk}${path}`, { method: 'GET', token: await world.tokenOf(by) })
      if (status !== 200) continue
      const { requests = [], request } = body as { requests?: PaymentStopView[]; request?: PaymentStopView }
      for (const view of request ? [request] : requests)
        world.recorder.reads.push({
          by: `${by} at desk ${nth}`,
          atMs: Date.now(),
          requestId: view.requestId,
          sequence: view.sequence,
          phase: view.phase,
          amounts: view.amounts,
        })
    }
  }
}
