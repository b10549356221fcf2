import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createOperatorClient } from '@holdfast/client'
import { silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { testWords } from '../../test/encryption.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { paymentStopsOnly } from '../../test/one-workflow.ts'
import { testSecret } from '../../test/secret.ts'
import { joinLedgers } from '../ledgers/joined-ledgers.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'
import { createRequestProjection, type RequestProjection } from '../projection/request-projection.ts'
import { createProjectionRebuilder, type ProjectionRebuilder } from './rebuild-projection.ts'

const histories = Array.from({ length: 30 }, (_, number) => passed(createHistory(buildRequestNumber(number + 1))))
const written = (desks: Desks) => desks.write(...histories.flatMap(history => history.entries))

describe('a rebuild of the projection', () => {
  let dir: string
  let desks: Desks
  let file: SqliteFile
  let views: RequestProjection
  let rebuilder: ProjectionRebuilder
  let gate = Promise.withResolvers<void>()
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'holdfast-rebuild-'))
    desks = await openDesks(2)
    await desks.streams.ensureTopics([topics.ledger])
    await written(desks)
    file = openSqlite(join(dir, 'desk.sqlite'), { durable: false })
    views = createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
    gate = Promise.withResolvers()
    const followed = {
      lag: () => 0,
      async replaceViews(replace: () => Promise<void>) {
        await gate.promise
        await replace()
      },
    }
    rebuilder = createProjectionRebuilder(
      { secret: testSecret, cipher: testWords, clock: systemClock, log: silentLogger },
      { version: 7, ledgers: await joinLedgers(desks.streams, [paymentStopDesk]), file, views, followed },
    )
  })
  afterEach(async () => {
    gate.resolve()
    await rebuilder.stop()
    await file.close()
    await desks.close()
    rmSync(dir, { recursive: true })
  })

  const listed = () => views.list({ country: 'SG', limit: 100 }).views.length
  const files = () => readdirSync(dir).filter(name => name.includes('rebuild'))

  test('leaves the current one in use until the new one is complete', async () => {
    expect(rebuilder.begin()).toBe(true)
    expect(rebuilder.begin()).toBe(false)
    await vi.waitFor(() => expect(rebuilder.status().building).toMatchObject({ read: 60, records: 60 }), 10_000)
    expect([listed(), files().length > 0]).toEqual([0, true])
    // Records that arrive during the wait are included.
    await desks.write(...passed(createHistory(buildRequestNumber(31))).entries)
    gate.resolve()
    await vi.waitFor(() => expect(rebuilder.status().building).toBeUndefined(), 10_000)
    expect([listed(), files()]).toEqual([31, []])
    expect(rebuilder.status()).toMatchObject({ facts: 62, behind: 0 })
    expect(views.counts('SG', new Date()).byPhase).toMatchObject({ verified: 31 })
  })

  test('starts from the ledger, so that damage of the old one is gone', async () => {
    gate.resolve()
    rebuilder.begin()
    await vi.waitFor(() => expect(listed()).toBe(30), 10_000)
    await file.write(() => file.prepare('DELETE FROM country_rows').run())
    expect(listed()).toBe(0)
    rebuilder.begin()
    await vi.waitFor(() => expect(listed()).toBe(30), 10_000)
  })

  test('includes parked requests that can be processed now, and their later facts', async () => {
    const history = passed(createHistory(buildRequestNumber(1)))
    const [opened] = history.facts
    if (!opened) throw new Error('none')
    const unknown = { ...opened, type: 'holdfast.fact.v1.Unheard', critical: true, data: {} }
    const thrown: string[] = []
    const listeners = { onUnreadable: () => {}, onParked: ({ requestId }: { requestId: string }) => thrown.push(requestId) }
    await views.take([{ ...ledgerRecords([opened], 0, 0)[0], value: JSON.stringify(unknown) } as never], listeners)
    expect([thrown, views.leftOut().length]).toEqual([[history.requestId], 1])
    gate.resolve()
    rebuilder.begin()
    await vi.waitFor(() => expect(listed()).toBe(30), 10_000)
    const withdrawn = history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
    const partition = views.positions().keys().next().value ?? 0
    await views.take(ledgerRecords([withdrawn], partition, 1_000), listeners)
    expect(views.find(history.requestId, 'SG')?.phase).toBe('closed')
  })

  test('that is stopped leaves the old one unchanged, and no file', async () => {
    rebuilder.begin()
    await vi.waitFor(() => expect(rebuilder.status().building?.read).toBeGreaterThan(0), 10_000)
    const stopped = rebuilder.stop()
    gate.resolve()
    await stopped
    expect([listed(), files()]).toEqual([0, []])
  })
})

describe('at a desk', () => {
  let desks: Desks
  let desk: StartedDesk
  beforeEach(async () => {
    desks = await openDesks(2)
    desk = await desks.start('one')
    await written(desks)
    for (const history of histories) await desks.sees(desk, history)
  })
  afterEach(() => desks.close())

  test('an operator starts it; members continue to read, and a reconnected stream loses and repeats nothing', async () => {
    const seen: string[] = []
    const watching = (async () => {
      for await (const { fact } of desk.as('SG').watch({ from: 'start' })) {
        seen.push(`${fact.subject}/${fact.sequence}`)
        if (seen.length === 61) return
      }
    })()
    await vi.waitFor(() => expect(seen).toHaveLength(60), 10_000)
    const operator = createOperatorClient({
      url: desk.url,
      token: () => developmentOperatorToken(dirname(desk.keys.HOLDFAST_SECRET_FILE ?? ''), 'nightshift', undefined, new Date()),
    })
    const before = unwrap(await desk.as('SG').list({ limit: 100 })).requests
    expect(unwrap(await operator.rebuildView())).toMatchObject({ behind: 0 })
    await vi.waitFor(async () => expect(unwrap(await operator.view()).building).toBeUndefined(), 10_000)
    expect(unwrap(await desk.as('SG').list({ limit: 100 })).requests).toEqual(before)
    const [history] = histories
    if (!history) throw new Error('none')
    await desks.write(history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a'))
    await watching
    expect(new Set(seen).size).toBe(61)
  })

  test('only an operator may start it', async () => {
    const answer = await fetch(`${desk.url}/v1/view/rebuild`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await desk.token('SG')}` },
    })
    expect(answer.status).toBe(401)
  })
})
