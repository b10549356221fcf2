import { ordersTopic, topics } from '@holdfast/schemas'
import { slowness } from '@holdfast/test-kit/machine-speed'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceNames } from '../src/cluster-engine.ts'
import { eventsIn, eventually } from '../src/engine.ts'
import { createLedgerFold } from '../src/load.ts'
import { type Sent, untilFull } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { missingServers } from '../src/real-servers.ts'

const perSecond = 40
/** A process that has not ended by then ends the hard way, with another exit code. */
const stopMsMax = 10_000
/** On the machine on which bounds are set: partitions of who leaves go to others at once. */
const movedMsMax = 3_000
/** Nobody waits for a session, which is six seconds. */
const sessionMs = 6_000

/** When each was sent, accepted and ordered, in milliseconds behind an instant. */
const inMs = (sent: readonly Sent[], instant: number): string =>
  sent
    .map(({ sentAt, acceptedAt = NaN, orderedAt = NaN }) => [sentAt, acceptedAt, orderedAt].map(at => Math.round(at - instant)).join(' → '))
    .join(', ')

describe.skipIf(missingServers())(`two of each service, at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
  }, 240_000)
  afterAll(() => tried?.stop())

  test.each(serviceNames)('%s ends in order on SIGTERM, and its partitions are worked on at once', async name => {
    const { pairs, load } = tried
    const [stopped] = pairs[name]
    await untilFull(load, performance.now(), 2_000)
    const stoppedAt = performance.now()
    await stopped.kill('SIGTERM')
    const tookMs = performance.now() - stoppedAt
    expect(stopped.exitCode).toBe(0)
    expect(tookMs).toBeLessThan(stopMsMax)
    // A door that is away is no fault of the others: what was taken has its order in time.
    const taken = {
      get sent() {
        return load.sent.filter(({ failure }) => failure === undefined)
      },
    }
    const { fullAfterMs, failed } = await untilFull(taken, stoppedAt, 2_000)
    console.log(
      `${name} ended ${Math.round(tookMs)} ms after SIGTERM; every order was in time again ${Math.round(fullAfterMs)} ms after it`,
    )
    expect(fullAfterMs, `not in time: ${inMs(failed, stoppedAt)}`).toBeLessThan(Math.min(movedMsMax * slowness(), sessionMs - 500))
    await stopped.start()
  })

  test('nothing is lost and nothing is doubled: what was not taken is sent again, under its key', async () => {
    const { engine, load } = tried
    await load.stop()
    const untaken = load.sent.filter(({ failure }) => failure !== undefined)
    // Whoever lost a connection does not know; nobody was told that something went wrong within.
    expect(untaken.filter(({ failure = '' }) => !/ECONNREFUSED|ECONNRESET|socket hang up|aborted|EPIPE/.test(failure))).toEqual([])
    // One after another: a member may have so many in work at once, and no more.
    const again: string[] = []
    for (const { number } of untaken) again.push(await sendAgain(number))
    const ids = new Set([...load.sent.flatMap(({ requestId }) => requestId ?? []), ...again])
    expect(ids.size).toBe(load.sent.length)
    const look = createLedgerFold(engine)
    const ledger = await eventually(async () => {
      const folded = await look()
      return [...ids].every(id => folded.states.get(id) === 'verified.ordering') ? folded : undefined
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
