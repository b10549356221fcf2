import { createClient } from '@holdfast/client'
import type { CommandKind, Fact, Order, PaymentStopTypes, UnknownFact } from '@holdfast/payment-stop/language'
import { evolveSummary, type RequestSummary } from '@holdfast/payment-stop/lifecycle'
import {
  isFeatureLevelRaised,
  isRefusedCommand,
  ordersTopic,
  type ParkedEvent,
  readLedgerRecord,
  type TopicSpec,
  topics,
} from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { type OwnCluster, type ServiceName, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { type Institution, returnsEverything } from '@holdfast/test-kit/institution'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import type { ServiceProcess, StartedAs } from '@holdfast/test-kit/service-process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsIn, eventually, everythingIn, type Person, tokenOf } from '../src/engine.ts'
import { doubledOrders, submitAll, verifyExport } from '../src/load.ts'
import { makeNextVersion } from '../src/next-version.ts'
import type { Tree } from '../src/patched-tree.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'load']
const officer: Person = ['SG', 'officer']
const perLoad = 20
const clients = 4

/** Requests that institutions leave open for a while: every fifth is only acknowledged. */
const isLeftOpen = (caseReference: string) => Number(caseReference.slice('SG-'.length)) % 5 === 0

describe.skipIf(missingServers())('two versions at the same time, upgrade and downgrade, while requests are in progress', () => {
  let engine: OwnCluster<KafkaServer>
  let bank: Institution
  let next: Tree
  /** The running process of each service, by which replacements choose. */
  const running = new Map<ServiceName, ServiceProcess>()
  const orders = new Map<string, Order>()
  const accepted = new Set<string>()
  /** The requests with the two new commands. */
  const recalled: string[] = []
  const noted: string[] = []
  let toCome = 1

  const asNext = (env?: StartedAs['env']): StartedAs => ({ tree: next.path, ...(env ? { env } : {}) })
  const raised = () => asNext({ HOLDFAST_LEDGER_FEATURE_LEVEL: '3' })

  beforeAll(async () => {
    next = makeNextVersion()
    engine = await startOwnCluster(startKafka())
    for (const [name, service] of Object.entries(engine.services)) running.set(name as ServiceName, service)
    bank = await startBank(engine, {
      plan: order => returnsEverything(order).slice(0, isLeftOpen(order.data.caseReference) ? 1 : undefined),
      onOrder: order => orders.set(`${order.data.requestId} ${order.data.kind}`, order),
    })
  }, 300_000)
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
    next?.remove()
  })

  /**
   * Starts the other version next to the current one, shares the work, and then gives it all. An endpoint has one
   * address, so it is down for a moment.
   */
  async function replace(name: ServiceName, as?: StartedAs): Promise<void> {
    if (name === 'desk' || name === 'intake') {
      await engine.services[name].kill('SIGTERM')
      return engine.services[name].start(as)
    }
    const other = await engine.another(name, as)
    await running.get(name)?.kill('SIGTERM')
    running.set(name, other)
  }

  /** All at once; before, they were replaced in sequence. */
  const replaceReaders = async (as?: StartedAs): Promise<void> => {
    await Promise.all((['dispatch', 'validation', 'desk'] as const).map(name => replace(name, as)))
  }

  async function standings(): Promise<Map<string, RequestSummary>> {
    const found = new Map<string, RequestSummary>()
    for (const { value } of await everythingIn(engine.streams, topics.ledger)) {
      const read = readLedgerRecord<Fact | UnknownFact>(value)
      if (!read.ok) throw new Error(read.error)
      if (isFeatureLevelRaised(read.value) || isRefusedCommand(read.value)) continue
      const { summary } = evolveSummary(found.get(read.value.subject), read.value)
      if (summary) found.set(read.value.subject, summary)
    }
    return found
  }

  /** The state in which its institution leaves a request. */
  const awaited = (requestId: string, { caseReference }: RequestSummary) => {
    if (recalled.includes(requestId)) return 'closed.withdrawn'
    return isLeftOpen(caseReference) && !noted.includes(requestId) ? 'verified.ordered' : 'recovered'
  }
  const isThere = (found: ReadonlyMap<string, RequestSummary>, requestId: string) => {
    const summary = found.get(requestId)
    return summary !== undefined && summary.resultingState.states.join() === awaited(requestId, summary)
  }

  /** Sends requests during an action and waits until each has reached its state. */
  async function travel(meanwhile: () => Promise<void>): Promise<void> {
    const first = toCome
    toCome += perLoad
    const [ids] = await Promise.all([submitAll(engine, requester, perLoad, clients, first), meanwhile()])
    for (const id of ids) accepted.add(id)
    expect(ids.size).toBe(perLoad)
    await eventually(
      async () => {
        const found = await standings()
        return [...ids].every(id => isThere(found, id)) || undefined
      },
      'all have reached their states',
      90_000,
    ).catch(async error => {
      const found = await standings()
      const counts = Map.groupBy(ids, id => found.get(id)?.resultingState.states.join() ?? 'lost')
      throw new Error(`${(error as Error).message}: ${[...counts].map(([state, all]) => `${all.length} ${state}`).join(', ')}`)
    })
  }

  /** Requests that their institution left open, in the order of their references. */
  async function leftOpen(): Promise<string[]> {
    const open = [...(await standings()).values()].filter(summary => summary.resultingState.states.join() === 'verified.ordered')
    return open.sort((a, b) => a.caseReference.localeCompare(b.caseReference)).map(({ requestId }) => requestId)
  }

  async function give(desk: string, requestId: string, command: string, data: object, key = command) {
    const client = createClient<PaymentStopTypes>({ url: desk, token: await tokenOf(engine, officer) })
    return client.act(requestId, command as CommandKind, data, { idempotencyKey: `${key}-${requestId}` })
  }

  const parkedBy = async (service: string) =>
    (await eventsIn<ParkedEvent>(engine.streams, topics.parked)).filter(({ data }) => 'service' in data && data.service === service)

  const refusalsOf = async (requestId: string) =>
    (await everythingIn(engine.streams, topics.ledger)).flatMap(({ value }) => {
      const read = readLedgerRecord<Fact | UnknownFact>(value)
      return read.ok && isRefusedCommand(read.value) && read.value.subject === requestId ? [read.value] : []
    })

  const ordersFor = async (requestId: string, kind: string) =>
    (await eventsIn<Order>(engine.streams, ordersTopic('TL'))).filter(({ data }) => data.requestId === requestId && data.kind === kind)

  test('readers first, then the writer: each is replaced while requests are in progress', async () => {
    await travel(async () => {
      for (const name of ['validation', 'dispatch', 'desk', 'intake', 'ledger'] as const) await replace(name, asNext())
    })
  })

  test('facts above the feature level are not written', async () => {
    const [requestId = ''] = await leftOpen()
    const given = await give(engine.deskUrl, requestId, 'Recall', { reason: 'The victim was paid back' }, 'too-soon')
    expect(given).toMatchObject({ ok: false, error: { status: 409 } })
  })

  test('before the feature level is raised, every service can be downgraded and upgraded', async () => {
    await travel(async () => {
      await replace('ledger')
      await replaceReaders()
    })
    await travel(async () => {
      await replaceReaders(asNext())
      await replace('ledger', asNext())
    })
  })

  test('the feature level is raised, and the new types are written', async () => {
    await travel(async () => {
      await replace('ledger', raised())
      await eventually(async () => {
        const levels = (await everythingIn(engine.streams, topics.ledger)).flatMap(({ value, partition }) => {
          const read = readLedgerRecord<Fact | UnknownFact>(value)
          return read.ok && isFeatureLevelRaised(read.value) && read.value.data.level === 3 ? [partition] : []
        })
        return new Set(levels).size === 4 ? levels : undefined
      }, 'every partition is raised')
    })
    const [first = '', second = ''] = await leftOpen()
    expect(await give(engine.deskUrl, first, 'Recall', { reason: 'The victim was paid back' })).toMatchObject({ ok: true })
    expect(await give(engine.deskUrl, second, 'TakeNote', { note: 'The victim called' })).toMatchObject({ ok: true })
    await eventually(async () => (await ordersFor(first, 'cancel'))[0], 'the institution is ordered to stop')
    recalled.push(first)
    noted.push(second)
  })

  test('readers of this version continue with known facts and park requests with unknown ones', async () => {
    const nextDesk = await engine.another('desk', asNext())
    await travel(() => replaceReaders())
    const [first = '', second = '', third = ''] = (await leftOpen()).filter(id => !noted.includes(id))
    for (const id of [first, second])
      await eventually(async () => {
        const given = await give(nextDesk.url, id, 'Recall', { reason: 'The victim was paid back' })
        return given.ok ? given : undefined
      }, 'the recall is decided')
    expect(await give(nextDesk.url, third, 'TakeNote', { note: 'The victim called' })).toMatchObject({ ok: true })
    recalled.push(first, second)
    noted.push(third)

    const parked = await eventually(async () => {
      const found = (await parkedBy('dispatch')).filter(({ data }) => data.what === 'parked')
      return recalled.every(id => found.some(({ data }) => data.requestId === id)) ? found : undefined
    }, 'the unknown facts are parked')
    expect(new Set(parked.map(({ data }) => data.requestId))).toEqual(new Set(recalled))
    for (const { data } of parked) expect(data).toMatchObject({ waitsFor: 'holdfast.fact.v1.RequestRecalled' })

    // An institution that has no order to stop freezes the money of a recalled request: the answer is refused, and its
    // officers are alerted.
    const freeze = orders.get(`${second} freeze`) as Order
    await bank.answer(freeze, { kind: 'frozen', details: { amount: freeze.data.amount, basis: 'FIU_SUSPENSION', reference: 'HOLD-9' } })
    await eventually(async () => (await refusalsOf(second))[0], 'the institution’s answer is refused')
    // A request with a note reaches its end.
    for (const id of noted) {
      const order = orders.get(`${id} freeze`) as Order
      for (const answer of returnsEverything(order).slice(1)) await bank.answer(order, answer)
    }
    await eventually(async () => {
      const found = await standings()
      return noted.every(id => found.get(id)?.phase === 'recovered') || undefined
    }, 'the request with a note is recovered')
    expect((await standings()).get(second)?.resultingState.states).toEqual(['closed.withdrawn'])
    expect(await ordersFor(first, 'cancel')).toEqual([])
    expect(await ordersFor(second, 'cancel')).toEqual([])
  })

  test('a ledger of this version gives up partitions above its feature level, says so, and writes no record', async () => {
    const ofToday = await engine.another('ledger')
    await running.get('ledger')?.kill('SIGTERM')
    // It can give other reasons first, such as partitions that are not assigned yet.
    await eventually(async () => {
      const answer = await fetch(`${ofToday.url}/health/ready`)
      return (answer.status === 503 && (await answer.text()).includes('Run a newer version')) || undefined
    }, 'it is not ready, as a newer one is to be run')
    const lengthOf = async (topic: Pick<TopicSpec, 'name'>) => (await everythingIn(engine.streams, topic)).length
    const facts = await lengthOf(topics.ledger)
    const commands = await lengthOf(topics.commands)
    await travel(async () => {
      await eventually(
        async () => ((await lengthOf(topics.commands)) >= commands + perLoad ? true : undefined),
        'requests wait to be opened',
      )
      expect(await lengthOf(topics.ledger)).toBe(facts)
      running.set('ledger', await engine.another('ledger', raised()))
    })
    await ofToday.kill('SIGTERM')
  })

  test('the next version resumes parked requests by itself, with each order once', async () => {
    await travel(() => replaceReaders(asNext()))
    for (const id of recalled) await eventually(async () => (await ordersFor(id, 'cancel'))[0], 'the institution is ordered to stop')
    for (const service of ['dispatch', 'validation'])
      await eventually(async () => {
        const events = await parkedBy(service)
        const waits = new Set<string>()
        for (const { data } of events)
          if (data.what === 'parked') waits.add(data.requestId)
          else if (data.what === 'released') waits.delete(data.requestId)
        return waits.size === 0 ? true : undefined
      }, `nothing is parked by ${service}`)
  })

  test('no request is lost or duplicated, and both versions derive the same states', async () => {
    const found = await standings()
    expect(new Set(found.keys())).toEqual(accepted)
    expect([...accepted].filter(id => !isThere(found, id))).toEqual([])
    expect(await doubledOrders(engine, 'TL')).toEqual({ sent: accepted.size + recalled.length, doubled: [] })

    const ofToday = await engine.another('desk')
    const token = await tokenOf(engine, officer)
    const [today, tomorrow] = [ofToday.url, engine.deskUrl].map(url => createClient<PaymentStopTypes>({ url, token }))
    for (const id of accepted) {
      const seen = await eventually(async () => {
        const shown = await today?.show(id)
        return shown?.ok && shown.value.request.sequence === found.get(id)?.sequence ? shown.value : undefined
      }, `${id} is seen`)
      expect(await tomorrow?.show(id)).toEqual({ ok: true, value: seen })
    }

    const ofThisVersion = await verifyExport(engine, requester)
    expect(ofThisVersion).toMatchObject({ status: 0, output: expect.stringContaining('intact') })
    expect(ofThisVersion.output).toContain(`${recalled.length} requests have facts of a newer version`)
    const ofTheNext = await verifyExport(engine, requester, next.path)
    expect(ofTheNext).toMatchObject({
      status: 0,
      output: expect.stringContaining(`${ofTheNext.lines} have the resulting state that they state`),
    })
  })
})
