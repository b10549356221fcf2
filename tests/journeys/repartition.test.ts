import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Command, commandType, type Fact, type Order } from '@holdfast/payment-stop/language'
import type { Drivers } from '@holdfast/runtime'
import { deterministicId, formatActor, ordersTopic, topics } from '@holdfast/schemas'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, reaches, submit, tokenOf } from '../src/engine.ts'

const holdfast = fileURLToPath(new URL('../../packages/cli/bin/holdfast.js', import.meta.url))
const count = 12
let engine: EmbeddedEngine
const ids: string[] = []

beforeAll(async () => {
  // The orders of the story must have been sent long before the repartition.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3 * 3_600_000, shouldAdvanceTime: true })
  engine = await startEmbeddedEngine({ partitions: 2 })
})
afterAll(() => engine?.stop())

const run = (...words: string[]) =>
  new Promise<{ code: number; out: string; err: string }>(resolve => {
    const env = { ...commandEnv, HOLDFAST_DATA: engine.dataDir }
    execFile(process.execPath, [holdfast, 'repartition', ...words], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })

const restart = ({ meanwhile, env }: { meanwhile: () => Promise<unknown>; env?: Record<string, string> }) => engine.restart(meanwhile, env)

/** The streams of a stopped engine. */
async function offline<T>(work: (drivers: Drivers) => Promise<T>): Promise<T> {
  const { drivers, close } = await openDrivers('test', { folder: engine.dataDir })
  return work(drivers).finally(close)
}

const histories = async () =>
  new Map(
    await Promise.all(
      ids.map(async id => {
        const shown = await clientsOf(engine, ['SG', 'officer']).desk.show(id)
        if (!shown.ok) throw new Error(`${id} is not there`)
        return [id, shown.value.history as Fact[]] as const
      }),
    ),
  )
const orders = () => eventsIn<Order>(engine.streams, ordersTopic('TL'))
const openings = (found: readonly Order[]) => found.filter(({ data }) => data.kind === 'freeze').map(({ data }) => data.requestId)

const withdrawal = (requestId: string): Command => ({
  specversion: '1.0',
  id: deterministicId('test', requestId),
  source: '/test',
  type: commandType('Withdraw'),
  subject: requestId,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  actor: formatActor({ country: 'SG', role: 'officer', person: 'p' }),
  data: { reason: 'The payer has called back' },
})

test('a ledger continues with more partitions: histories are unchanged, pending work is done, and no message is sent twice', async () => {
  for (let number = 1; number <= count; number++)
    ids.push(await submit(engine, ['SG', 'system'], buildRequestNumber(number), `grown-${number}`))
  for (const id of ids) await reaches(engine, id, 'verified')
  const sent = await eventually(async () => ((await orders()).length === count ? orders() : undefined), 'all are ordered')
  const before = await histories()
  let undispatched = 0
  const [waiting = ''] = ids

  await restart({
    meanwhile: async () => {
      vi.useRealTimers()
      await offline(async ({ streams }) => {
        await streams.publish(topics.commands.name, [{ key: waiting, value: JSON.stringify(withdrawal(waiting)) }])
        // A process that dies between sending and recording it leaves facts whose orders were sent.
        const done = await streams.positions('dispatch', topics.ledger.name)
        // The partition of a request depends on the engine's secret, so one can have fewer than three.
        const back = new Map([...done].map(([partition, position]) => [partition, Math.max(0, position - 6)]))
        await streams.setPositions('dispatch', topics.ledger.name, back)
        for (const [partition, position] of done) undispatched += position - (back.get(partition) ?? 0)
      })
      const looked = await run('--partitions', '5', '--preview', '--json')
      expect(looked).toMatchObject({ code: 0, err: '' })
      expect(JSON.parse(looked.out)).toMatchObject({
        preview: true,
        from: 1,
        to: 2,
        partitions: { before: 2, after: 5 },
        requests: count,
        facts: count * 2,
        commands: 1,
        undispatched,
      })
      await offline(({ streams }) => expect(streams.partitionCount('freeze.ledger-2')).rejects.toThrow('does not exist'))
      const made = await run('--partitions', '5')
      expect(made.err).toBe('')
      expect(made.out).toContain(`${count} requests with ${count * 2} facts, every chain intact`)
      expect(made.out).toContain('Set HOLDFAST_LEDGER_NUMBER=2 for every service')
    },
  })

  // The engine with the old setting accepts no requests.
  const bearer = await tokenOf(engine, ['SG', 'system'])
  const post = () =>
    fetch(`${engine.intakeUrl}/v1/requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': 'too-early' },
      body: JSON.stringify(buildRequestNumber(1000)),
    })
  const refused = await post()
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'CLOSED', detail: expect.stringContaining('HOLDFAST_LEDGER_NUMBER=2') })
  expect((await fetch(`${engine.intakeUrl}/health/ready`)).status).toBe(503)

  await restart({
    env: { HOLDFAST_LEDGER_NUMBER: '2' },
    meanwhile: async () => {
      const again = await run('--partitions', '6')
      expect([again.code, again.err]).toEqual([
        2,
        'holdfast: freeze.ledger was already replaced by freeze.ledger-2. Set HOLDFAST_LEDGER_NUMBER=2\n',
      ])
    },
  })
  expect(await engine.streams.partitionCount(topics.ledger.name)).toBe(5)
  await reaches(engine, waiting, 'closed.withdrawn')
  const after = await histories()
  for (const id of ids) expect(after.get(id)?.slice(0, before.get(id)?.length)).toEqual(before.get(id))
  for (const id of ids.slice(1, 8)) {
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    expect(await desk.act(id, 'Withdraw', { reason: 'It was paid back' }, { idempotencyKey: `w-${id}` })).toMatchObject({ ok: true })
    await reaches(engine, id, 'closed.withdrawn')
  }
  const fresh = await submit(engine, ['SG', 'system'], buildRequestNumber(1000), 'too-early')
  await reaches(engine, fresh, 'verified')
  const all = await eventually(async () => {
    const now = await orders()
    return openings(now).includes(fresh) && now.filter(({ data }) => data.kind === 'cancel').length === 8 ? now : undefined
  }, 'the new request is ordered')
  expect(all.slice(0, count)).toEqual(sent)
  expect(openings(all).toSorted()).toEqual([...ids, fresh].toSorted())
})

test('it is refused while the engine runs', async () => {
  const made = await run('--partitions', '7')
  expect(made.code).toBe(2)
  expect(made.err).toMatch(/^holdfast: .* another process holds it; stop the engine first\n$/)
})
