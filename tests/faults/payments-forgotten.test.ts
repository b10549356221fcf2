import { setTimeout as sleep } from 'node:timers/promises'
import { createLedger } from '@holdfast/ledger'
import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandType, type Fact } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, statesOf, viewOf } from '@holdfast/payment-stop/lifecycle'
import { type Drivers, silentLogger } from '@holdfast/runtime'
import { deterministicId, formatActor, topics } from '@holdfast/schemas'
import { type StartedService, startService } from '@holdfast/service-kit'
import { createRedisClaims, createRedisConnection, createRedisSnapshots, type RedisConnection } from '@holdfast/stores/redis'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { hasRedisServer, type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber, requestedAt } from '@holdfast/test-kit/requests'
import { createValidation } from '@holdfast/validation'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, everythingIn } from '../src/engine.ts'

const payments = 150
/** For each payment: this many requests of one country, and one of another. */
const ofOneCountry = 4

/**
 * Three Redis faults a second; the owners of four partitions in two processes check each second, so they are nearly
 * always interrupted.
 */
describe.skipIf(!hasRedisServer())(`${payments} payments, each requested ${ofOneCountry} times by one country and once by another`, () => {
  let server: RedisServer
  let connection: RedisConnection
  let opened: OpenDrivers
  let drivers: Drivers
  let services: StartedService[]

  beforeAll(async () => {
    server = await startRedis()
    connection = createRedisConnection(server.url, silentLogger)
    opened = await openDrivers('test', { env: { HOLDFAST_PARTITIONS: '4' } })
    drivers = {
      ...opened.drivers,
      snapshots: namespace => createRedisSnapshots(connection, namespace),
      claims: workflow => createRedisClaims(connection, workflow),
    }
    services = []
    for (const service of [createLedger(paymentStop), createValidation(paymentStop), createValidation(paymentStop)])
      services.push(await startService(service, opened.config, { drivers, log: silentLogger }))
  })
  afterAll(async () => {
    for (const service of services) await service.stop()
    await opened.close()
    await connection.close()
    await server.stop()
  })

  function openings(): Command[] {
    const frame = { specversion: '1.0', source: '/test', time: requestedAt.toISOString(), type: commandType('OpenRequest') } as const
    const open = (number: number, nth: number): Command => {
      const country = nth < ofOneCountry ? 'SG' : 'FR'
      const request = buildRequestNumber(number, { requestingCountry: country, victim: { country } })
      const id = deterministicId('test', number, nth)
      return { ...frame, id, subject: id, actor: formatActor({ country, role: 'system', person: 'ncb' }), data: { request } }
    }
    return Array.from({ length: payments }, (_, number) =>
      Array.from({ length: ofOneCountry + 1 }, (_, nth) => open(number + 1, nth)),
    ).flat()
  }

  async function fate(): Promise<Map<string, RequestSnapshot>> {
    const requests = new Map<string, RequestSnapshot>()
    for (const { value } of await everythingIn(drivers.streams, topics.ledger)) {
      const fact = JSON.parse(value) as Fact
      const { snapshot } = evolve(requests.get(fact.subject), fact)
      if (snapshot) requests.set(fact.subject, snapshot)
    }
    return requests
  }

  const stateOf = (request: RequestSnapshot | undefined) => (request ? statesOf(request).join() : 'unknown')

  test('are each frozen for one request of each country, despite losses of Redis', async () => {
    const all = openings()
    const publish = (commands: readonly Command[]) =>
      drivers.streams.publish(
        topics.commands.name,
        commands.map(command => ({ key: command.subject, value: JSON.stringify(command) })),
      )
    const ways = [
      () => server.flush(),
      () => connection.run(redis => redis.save()).then(() => undefined),
      async () => {
        await server.kill('SIGKILL')
        await server.restart()
      },
    ]
    // The requests of a payment are spread over all partitions and over some milliseconds or some faults.
    for (let round = 0; round < 30; round++) {
      await publish(all.filter((_, index) => (index * 7 + (index % 5) * 11) % 30 === round))
      await sleep(150)
      if (round % 2 === 0) await ways[(round / 2) % ways.length]?.().catch(() => undefined)
      await sleep(150)
    }
    const requests = await eventually(
      async () => {
        const now = await fate()
        return all.every(({ subject }) => /^(verified|closed)/.test(stateOf(now.get(subject)))) ? now : undefined
      },
      'all are decided',
      120_000,
    )
    for (let number = 1; number <= payments; number++) {
      const ours = Array.from({ length: ofOneCountry }, (_, nth) => deterministicId('test', number, nth))
      const standing = ours.filter(id => stateOf(requests.get(id)).startsWith('verified'))
      expect(standing, `payment ${number}`).toHaveLength(1)
      expect(stateOf(requests.get(deterministicId('test', number, ofOneCountry)))).toBe('verified.ordering')
      for (const id of ours.filter(each => each !== standing[0])) {
        const duplicate = requests.get(id) as RequestSnapshot
        expect(viewOf(duplicate)).toMatchObject({ states: ['closed.duplicate'], standingRequestId: standing[0] })
      }
    }
  })
})
