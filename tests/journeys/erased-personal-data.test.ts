import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact, Notification, Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import {
  clientsOf,
  type Engine,
  eventsIn,
  eventually,
  everythingIn,
  type Person,
  reaches,
  submit,
  together,
  tokenOf,
} from '../src/engine.ts'
import { verifyExport } from '../src/load.ts'
import { personalDataIn, personalDataInFilesOf, requestWithPersonalData } from '../src/personal-data.ts'

// V30: the personal data of a request is erased by dual approval or at the end of its retention. The rest of the
// request still works and verifies.

const system: Person = ['SG', 'system', 'ncb']
const officer: Person = ['SG', 'officer', 'i.wolframite']
const secondOfficer: Person = ['SG', 'officer', 'p.gabbro']
const court = { authority: 'Court of Singapore', reference: 'HC-77/2026', date: '2026-11-20' }

const kindsOf = (history: readonly Fact[]): string[] => history.map(({ type }) => type.replace('holdfast.fact.v1.', ''))

/** The history, once its last fact has this type. */
async function historyWith(engine: Engine, requestId: string, kind: string, now?: () => Date): Promise<readonly Fact[]> {
  return eventually(async () => {
    const shown = await clientsOf(engine, officer, now?.()).desk.show(requestId)
    return shown.ok && kindsOf(shown.value.history).at(-1) === kind ? shown.value.history : undefined
  }, `${kind} of ${requestId}`)
}

const parkedIn = async (engine: Engine) => (await everythingIn(engine.streams, topics.parked)).map(({ value }) => value)

describeOnBackends('personal data whose erasure is ordered', backend => {
  let engine: Engine
  let bank: Institution
  let erased: string
  let kept: string
  const nth = backend.name === 'embedded' ? 0 : 2
  const [sent, other] = [requestWithPersonalData(920_001 + nth), requestWithPersonalData(920_002 + nth)]

  beforeAll(async () => {
    engine = await backend.start()
    bank = await startBank(engine)
    erased = await submit(engine, system, sent, 'erased')
    kept = await submit(engine, system, other, 'kept')
    for (const requestId of [erased, kept]) await reaches(engine, requestId, 'recovered')
    await together(engine, [officer, secondOfficer], erased, 'OrderErasure', court)
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  test('is unreadable for every principal; order, erasure and confirmation are facts, and the rest of the history is intact', async () => {
    const history = await historyWith(engine, erased, 'DestructionConfirmed')
    expect(kindsOf(history).slice(-4)).toEqual(['ActionProposed', 'ErasureOrdered', 'KeysDestroyed', 'DestructionConfirmed'])
    expect(history.at(-3)?.data).toMatchObject(court)
    expect(history.at(-2)?.data).toMatchObject({ because: 'ERASURE_ORDERED', keys: 2 })
    // A process can use a key for one second after it has read it.
    const closed = await eventually(async () => {
      const given = await historyWith(engine, erased, 'DestructionConfirmed')
      return personalDataIn(sent).some(word => JSON.stringify(given).includes(word)) ? undefined : given
    }, 'the personal data is unreadable')
    expect(closed[0]?.data).toMatchObject({ request: { payment: { amount: sent.payment.amount } } })
  })

  test('stays readable in other requests, which search still finds', async () => {
    const { desk } = clientsOf(engine, officer)
    const shown = await desk.show(kept)
    expect(shown.ok && shown.value.history[0]?.data).toMatchObject({ request: other })
    for (const q of ['Malachite', '0125550099']) {
      const found = await desk.list({ q })
      expect(found.ok && found.value.requests.map(({ requestId }) => requestId)).toEqual([kept])
    }
  })

  test('leaves chain, transparency log and outcomes verifiable', async () => {
    const { status, output } = await verifyExport(engine, officer)
    expect([status, output]).toEqual([0, expect.stringMatching(/intact/)])
    const text = readFileSync(join(engine.dataDir, 'export.jsonl'), 'utf8')
    expect(text).toContain(erased)
    expect(text).toContain(other.victim.name)
    expect(text.split('\n').filter(line => line.includes(erased) && line.includes(sent.victim.name))).toEqual([])
  })

  test('cannot be added, and the request cannot be reopened', async () => {
    const { desk } = clientsOf(engine, officer)
    const share = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: 'It asks' }
    const shared = await desk.act(erased, 'ShareRequest', share, { idempotencyKey: 'after-erasure' })
    expect(shared).toMatchObject({ ok: false, error: { code: 'WRONG_STATE' } })
    expect(await parkedIn(engine)).toEqual([])
  })

  test('makes a late answer a refusal that delays no other answer', async () => {
    const orders = await eventsIn<Order>(engine.streams, ordersTopic('TL'))
    const orderId = orders.find(({ subject }) => subject === erased)?.data.orderId
    const details = { amount: sent.payment.amount, basis: 'FIU_SUSPENSION', reference: 'REF-LATE' }
    const data = { orderId, requestId: erased, institution: { bic: 'KMNSTLDL' }, kind: 'frozen', details }
    const answer = { specversion: '1.0', id: 'late', source: '/tl/bank', type: 'holdfast.answer.v1', data }
    const authorization = `Bearer ${await tokenOf(engine, ['TL', 'institution', 'late'])}`
    await engine.streams.publish(topics.answers.name, [{ key: erased, value: JSON.stringify(answer), headers: { authorization } }])
    const told = await eventually(async () => {
      const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic('TL'))
      return notifications.find(notification => notification.data.kind === 'answer' && notification.data.eventId === 'late')?.data
    }, 'the bank is notified')
    expect(told).toMatchObject({ code: 'WRONG_STATE', requestId: erased, orderId })
    await reaches(engine, await submit(engine, system, requestWithPersonalData(920_021 + nth), 'after'), 'recovered')
    expect(await parkedIn(engine)).toEqual([])
  })
})

describe('personal data at the end of its retention', () => {
  const dayMs = 86_400_000
  const reason = 'The marmaladefox paid it back'
  const sent = requestWithPersonalData(920_010)
  const words = [...personalDataIn(sent), 'marmaladefox']
  let aheadMs = 0
  // Advances the time of the log as well, so that it is no clock jump.
  const clock = { now: () => new Date(Date.now() + aheadMs), steadyMs: () => performance.now() + aheadMs }
  let engine: EmbeddedEngine
  let requestId: string
  let copy: string

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
    engine = await startEmbeddedEngine({ clock, deadlineCheckMs: 50 })
    requestId = await submit(engine, system, sent, 'over')
    const { desk } = clientsOf(engine, officer)
    await reaches(engine, requestId, 'verified')
    expect(await desk.act(requestId, 'Withdraw', { reason }, { idempotencyKey: 'over' })).toMatchObject({ ok: true })
    // External topics keep plaintext for a time.
    expect(personalDataInFilesOf(engine.dataDir, words)).not.toEqual([])
  })
  afterAll(async () => {
    await engine?.stop()
    rmSync(copy, { recursive: true })
  })

  test('is in no file of the folder after erasure, and the engine restarts and works on the rest', async () => {
    aheadMs = 1_825.6 * dayMs
    await engine.streams.logTime()
    await engine.restart()
    await eventually(
      async () => personalDataInFilesOf(engine.dataDir, words).length === 0 || undefined,
      'records past their retention are removed',
    )
    await engine.restart(folder => cpSync(folder, copy, { recursive: true, filter: path => !path.includes('keys') }))
    expect((await historyWith(engine, requestId, 'RequestWithdrawn', clock.now)).at(-1)?.data).toMatchObject({ reason })
    aheadMs = 1_826.2 * dayMs
    await historyWith(engine, requestId, 'DestructionConfirmed', clock.now)
    await engine.restart(folder => expect(personalDataInFilesOf(folder, words)).toEqual([]))
    const history = await historyWith(engine, requestId, 'DestructionConfirmed', clock.now)
    expect(kindsOf(history).slice(-3)).toEqual(['DeadlineReached', 'KeysDestroyed', 'DestructionConfirmed'])
    expect(words.filter(word => JSON.stringify(history).includes(word))).toEqual([])
    expect(await parkedIn(engine)).toEqual([])
    expect(personalDataInFilesOf(engine.dataDir, words)).toEqual([])
  })

  test('stays unreadable after an earlier backup without keys is restored', async () => {
    expect(readdirSync(copy)).toEqual(expect.arrayContaining(['holdfast.sqlite', 'desk.sqlite']))
    await engine.restart(folder => {
      for (const name of readdirSync(folder)) if (!name.includes('keys')) rmSync(join(folder, name), { recursive: true })
      cpSync(copy, folder, { recursive: true })
    })
    const history = await historyWith(engine, requestId, 'DestructionConfirmed', clock.now)
    expect(history.find(({ type }) => type.endsWith('KeysDestroyed'))?.data).toMatchObject({ because: 'RETENTION_OVER', keys: 2 })
    expect(words.filter(word => JSON.stringify(history).includes(word))).toEqual([])
    const verified = await verifyExport(engine, officer, undefined, clock.now())
    expect([verified.status, verified.output]).toEqual([0, expect.stringMatching(/intact/)])
    await engine.restart(folder => expect(personalDataInFilesOf(folder, words)).toEqual([]))
    expect(personalDataInFilesOf(copy, words)).toEqual([])
  })
})
