import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact } from '@holdfast/payment-stop/language'
import { requestRedrive } from '@holdfast/request-state'
import { silentLogger, systemClock } from '@holdfast/runtime'
import { type ParkedEvent, topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { type Streams, StreamUnavailableError } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { testSecret } from '../../test/secret.ts'
import { updateProjection } from '../../test/updated-projection.ts'
import { openProjectionFile } from '../projection/open-projection-file.ts'

const version = paymentStop.stateVersions.desk

let folder: string
let desks: Desks
let file: SqliteFile
/** The outcome of writes to freeze.parked. */
let fate: 'done' | 'lost' | 'done, and said to have failed'

const openFile = (): void => {
  file = openProjectionFile(join(folder, 'desk.sqlite'), silentLogger, testSecret, { version })
}
beforeEach(async () => {
  fate = 'done'
  folder = mkdtempSync(join(tmpdir(), 'holdfast-left-out-'))
  desks = await openDesks(1)
  // The first desk creates the topics, and has a projection of its own.
  await (await desks.start('first')).stop()
  openFile()
})
afterEach(async () => {
  await file.close()
  await desks.close()
  rmSync(folder, { recursive: true })
})

const away = () => new StreamUnavailableError('away')

function follow() {
  const { streams } = desks
  const failing: Streams = {
    ...streams,
    async publish(topic, records) {
      if (fate === 'lost') throw away()
      await streams.publish(topic, records)
      if (fate !== 'done') throw away()
    },
  }
  return updateProjection(streams, file, failing)
}

/** A fact on which the projection throws. */
function strangeHistory() {
  const history = passed(createHistory(buildRequestNumber(1)))
  const [first, second] = history.facts as [Fact, Fact]
  return {
    requestId: history.requestId,
    facts: [first, { ...second, data: { ...second.data, resultingState: undefined, findings: null } } as unknown as Fact],
  }
}

async function toldOf(requestId: string): Promise<string[]> {
  const reported: string[] = []
  for await (const records of desks.streams.read(topics.parked.name, 0, 0, await desks.streams.endOffset(topics.parked.name, 0)))
    for (const { value } of records) {
      const { data } = JSON.parse(value) as ParkedEvent
      if (data.requestId === requestId) reported.push(data.what)
    }
  return reported
}

describe('a left-out request that could not be reported', () => {
  const { requestId, facts } = strangeHistory()

  async function leaveOut() {
    const desk = await follow()
    await desks.write(...facts)
    await vi.waitFor(() => expect(desk.views.leftOut()).toMatchObject([{ requestId }]), 10_000)
    return desk
  }

  test('is parked once the log is available again', async () => {
    fate = 'lost'
    const desk = await leaveOut()
    expect(await toldOf(requestId)).toEqual([])
    fate = 'done'
    await vi.waitFor(async () => expect(await toldOf(requestId)).toEqual(['parked']), 10_000)
    await desk.stop()
  })

  test('is parked by the desk that starts next', async () => {
    fate = 'lost'
    await (await leaveOut()).stop()
    await file.close()
    openFile()
    fate = 'done'
    const desk = await follow()
    await vi.waitFor(async () => expect(await toldOf(requestId)).toEqual(['parked']), 10_000)
    await desk.stop()
  })

  test('is retried on a redrive, also if only the answer of the log was lost', async () => {
    fate = 'done, and said to have failed'
    const desk = await leaveOut()
    await vi.waitFor(async () => expect(await toldOf(requestId)).not.toEqual([]), 10_000)
    fate = 'done'
    await vi.waitFor(async () => expect((await toldOf(requestId)).length).toBeGreaterThan(1), 10_000)
    await requestRedrive(desks.streams, requestId, 'o', systemClock.now().toISOString())
    await vi.waitFor(async () => expect((await toldOf(requestId)).slice(-2)).toEqual(['redrive', 'parked']), 10_000)
    await desk.stop()
  })
})

test.each([
  ['in the process', false, 32],
  ['by a thread', true, 384],
])('a large batch that is written %s is taken in parts, so that no caller waits long', async (_, usesWorker, most) => {
  await file.close()
  file = openProjectionFile(join(folder, 'desk.sqlite'), silentLogger, testSecret, { version, usesWorker })
  const desk = await follow()
  const take = vi.spyOn(desk.views, 'take')
  const histories = Array.from({ length: 250 }, (_, number) => passed(createHistory(buildRequestNumber(number + 1))))
  await desks.write(...histories.flatMap(({ facts }) => facts))
  await vi.waitFor(() => {
    for (const { requestId } of histories) expect(desk.views.summary(requestId)?.phase).toBe('verified')
  }, 10_000)
  const lengths = take.mock.calls.map(([records]) => records.length)
  expect(Math.max(...lengths)).toBe(most)
  expect(lengths.reduce((sum, length) => sum + length)).toBe(500)
  await desk.stop()
})

test('under load a worker thread writes all records, and a waiting caller gets its fact', async () => {
  await file.close()
  file = openProjectionFile(join(folder, 'desk.sqlite'), silentLogger, testSecret, { version, usesWorker: true })
  const desk = await follow()
  const histories = Array.from({ length: 240 }, (_, number) => passed(createHistory(buildRequestNumber(number + 1))))
  const write = async (from: number, to: number) => desks.write(...histories.slice(from, to).flatMap(({ facts }) => facts))
  const shown = (number: number) => expect(desk.views.summary(histories[number]?.requestId ?? '')?.phase).toBe('verified')
  for (let from = 0; from < 200; from += 10) await write(from, from + 10)
  await vi.waitFor(() => shown(199), 10_000)
  for (let from = 200; from < 240; from += 10) {
    const last = histories[from + 9]?.facts.at(-1)
    const waits = desk.followed.arrivals.causedBy(last?.causationid ?? '', 60_000)
    await write(from, from + 10)
    expect(await waits).toMatchObject({ id: last?.id })
  }
  await desk.stop()
})
