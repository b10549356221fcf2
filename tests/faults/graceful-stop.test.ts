import { ordersTopic, topics } from '@holdfast/schemas'
import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsIn, eventually } from '../src/engine.ts'
import { createLedgerReader } from '../src/load.ts'
import { untilServed } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { missingServers } from '../src/real-servers.ts'

const perSecond = 20

describe.skipIf(missingServers())(`two instances of each service, at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
  }, 240_000)
  afterAll(() => tried?.stop())

  test.each(serviceNames)('%s stops in order on SIGTERM, and the other instance takes over its partitions', async name => {
    const { pairs, load } = tried
    const [stopped] = pairs[name]
    await untilServed(load, performance.now())
    const stoppedAt = performance.now()
    await stopped.kill('SIGTERM')
    // A process that does not stop in time ends with another code.
    expect(stopped.exitCode).toBe(0)
    await untilServed(load, stoppedAt)
    await stopped.start()
  })

  test('no request is lost or duplicated: clients retry unaccepted ones under their keys', async () => {
    const { engine, load } = tried
    await load.stop()
    const untaken = load.sent.filter(({ failure }) => failure !== undefined)
    // A lost connection leaves the outcome unknown; no client got an internal error.
    expect(untaken.filter(({ failure = '' }) => !/ECONNREFUSED|ECONNRESET|socket hang up|aborted|EPIPE/.test(failure))).toEqual([])
    // In sequence, because a member may only have a limited number in progress.
    const again: string[] = []
    for (const { number } of untaken) again.push(await sendAgain(number))
    const ids = new Set([...load.sent.flatMap(({ requestId }) => requestId ?? []), ...again])
    expect(ids.size).toBe(load.sent.length)
    const look = createLedgerReader(engine)
    const ledger = await eventually(async () => {
      const report = await look()
      return [...ids].every(id => report.states.get(id) === 'verified.ordering') ? report : undefined
    }, 'all are verified')
    expect(new Set(ledger.states.keys())).toEqual(ids)
    const ordered = async () =>
      (await eventsIn<{ data: { requestId: string } }>(engine.streams, ordersTopic('TL'))).map(({ data }) => data.requestId)
    await eventually(async () => ((await ordered()).length >= ids.size ? true : undefined), 'all are ordered')
    expect((await ordered()).toSorted()).toEqual([...ids].toSorted())
    const opened = (await eventsIn<{ type: string; subject: string }>(engine.streams, topics.commands)).filter(({ type }) =>
      type.endsWith('OpenRequest'),
    )
    expect(new Set(opened.map(({ subject }) => subject)).size).toBe(ids.size)
  })

  async function sendAgain(number: number): Promise<string> {
    const { engine, token } = tried
    const answer = await fetch(`${engine.intakeUrl}/v1/requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json', 'idempotency-key': `open-${number}` },
      body: JSON.stringify(buildRequestNumber(number)),
    })
    if (answer.status !== 202) throw new Error(`${number}: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { requestId: string }).requestId
  }
})
