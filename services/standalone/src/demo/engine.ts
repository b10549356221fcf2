import type { Client } from '@holdfast/client'
import { createClient } from '@holdfast/client'
import type { MemberRole, Order } from '@holdfast/schemas'
import { configSchemaWithPort, createDrivers, silentLogger, startService } from '@holdfast/service-kit'
import { type Institution, startInstitution } from '@holdfast/test-kit/institution'
import { developmentToken } from '@holdfast/trust'
import { standalone } from '../app.ts'
import { createArrivals } from './arrivals.ts'
import type { StoryClock } from './story-clock.ts'

/** The institutions of one country, as the demo plays them: an order comes, and they answer when the story says so. */
export interface PlayedInstitution {
  answer: Institution['answer']
  /** The order of this kind for a request. Throws when it does not come. */
  order(requestId: string, kind: Order['data']['kind']): Promise<Order>
}

/** The whole engine in this process, on the embedded backends in one folder. */
export interface DemoEngine {
  readonly clock: StoryClock
  /** A client that speaks for a person of a country; `fetch` only for who wants to see the bytes. */
  as(country: string, role: MemberRole, options?: { readonly fetch?: typeof fetch }): Client
  institutionOf(country: string): Promise<PlayedInstitution>
  /** How often each order has arrived, over all institutions. */
  orderArrivals(): number[]
  stop(): Promise<void>
}

export async function startDemoEngine(dataDir: string, clock: StoryClock): Promise<DemoEngine> {
  // Port 0: any free one, so that the demo runs beside an engine.
  const config = configSchemaWithPort(0).parse({ HOLDFAST_DATA: dataDir })
  const drivers = createDrivers(config, 'standalone', clock, silentLogger)
  const service = await startService(standalone, config, { clock, log: silentLogger, drivers })
  const token = (country: string, role: MemberRole, person: string) =>
    developmentToken(dataDir, { country, role, person, now: clock.now() })
  const institutions: Institution[] = []
  return {
    clock,
    as: (country, role, options = {}) => createClient({ url: service.url, token: () => token(country, role, 'demo'), ...options }),
    async institutionOf(country) {
      const orders = createArrivals<Order>()
      const institution = await startInstitution({
        streams: drivers.streams,
        country,
        token: person => token(country, 'institution', person),
        plan: () => [],
        now: clock.now,
        onOrder: orders.add,
      })
      institutions.push(institution)
      return {
        answer: institution.answer,
        order: (requestId, kind) =>
          orders.first(
            () => `the ${kind} order to ${country}`,
            order => order.data.requestId === requestId && order.data.kind === kind,
          ),
      }
    },
    orderArrivals: () => institutions.flatMap(institution => [...institution.received.values()]),
    async stop() {
      for (const institution of institutions) await institution.stop()
      await service.stop()
      await drivers.close()
    },
  }
}
