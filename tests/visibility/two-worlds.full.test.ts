import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandBody, CommandKind } from '@holdfast/payment-stop/language'
import { bankMessagesTopic, notificationsTopic, ordersTopic } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, everythingIn, type Person, submit } from '../src/engine.ts'
import { ask } from './ask.ts'
import { allCallers, type Caller } from './callers.ts'
import { type RouteCall, routes } from './routes.ts'

// Two engines with the same keys, secret and clock get the same input, and one of them also requests of other
// countries.
// Callers that are no party of those must not be able to tell the engines apart.

let nowMs = Date.parse('2026-11-27T09:00:00Z')
const clock = { now: () => new Date(nowMs), steadyMs: () => nowMs }
let one: EmbeddedEngine
let other: EmbeddedEngine
let readers: Caller[]
/** No party of any additional request; the General Secretariat counts all requests and reads none. */
const readersOfOne = [
  'SG/system',
  'SG/officer',
  'SG/institution',
  'TL/officer',
  'TL/authority',
  'VU/officer',
  'FR.cybercrime',
  'SG.cybercrime',
  'XP/officer',
]
/** The General Secretariat may read totals of all countries; sessions and persons do not depend on a request. */
const apart = (route: string, reader: string): boolean => route === 'GET /v1/analysis' && reader === 'XP/officer'
const asked = routes.filter(
  ({ address }) => address.startsWith('GET /v1/') && !/checkpoints|session|persons|operations|dead-letters|parked|view/.test(address),
)

beforeAll(async () => {
  one = await startEmbeddedEngine({ clock })
  other = await startEmbeddedEngine({
    clock,
    keyStore: one.drivers.keyStore,
    async prepare(dataDir) {
      mkdirSync(dataDir, { recursive: true })
      for (const file of readdirSync(one.dataDir)) if (!file.includes('.sqlite')) copyFileSync(join(one.dataDir, file), join(dataDir, file))
    },
  })
  readers = allCallers({ engine: one, now: clock.now }).filter(({ name }) => readersOfOne.includes(name))
  expect(readers).toHaveLength(readersOfOne.length)
})
afterAll(async () => {
  await other?.stop()
  await one?.stop()
})

let keys = 0
async function act<K extends CommandKind>(
  engines: readonly EmbeddedEngine[],
  by: Person,
  requestId: string,
  kind: K,
  data: CommandBody<K>,
): Promise<void> {
  const idempotencyKey = `act-${++keys}`
  for (const engine of engines) {
    const { desk } = clientsOf(engine, by, clock.now())
    const given = await desk.act(requestId, kind, data, { idempotencyKey })
    if (!given.ok && given.error.code !== 'WRONG_STATE' && given.error.code !== 'NOT_PERMITTED')
      throw new Error(JSON.stringify(given.error))
  }
}
let numbers = 50_000
async function open(engines: readonly EmbeddedEngine[], from: string, to: string, caseReference: string): Promise<RouteCall> {
  const number = ++numbers
  const document = buildRequestNumber(number, {
    requestingCountry: from,
    beneficiaryCountry: to,
    caseReference,
    reportedAt: clock.now().toISOString(),
  })
  let requestId = ''
  for (const engine of engines) {
    requestId = await submit(engine, [from, 'system'], document, `key-${number}`, clock.now())
    const { desk } = clientsOf(engine, [from, 'officer'], clock.now())
    const isAssessed = async () => {
      const shown = await desk.show(requestId)
      return shown.ok && !shown.value.request.states.includes('received.assessing') ? true : undefined
    }
    await eventually(isAssessed, `${requestId} is assessed`)
  }
  return { requestId, caseReference, requestingCountry: from, orderId: '5f3c2b1a-0f1e-5d3c-8b5a-496887766554' }
}

/** A command on a request, by an actor of one of its parties. */
const acts = fc.constantFrom('shareHistory', 'shareStanding', 'acknowledge', 'freeze', 'interim', 'question', 'withdraw', 'moved')
type Act = typeof acts extends fc.Arbitrary<infer A> ? A : never

async function perform(
  engines: readonly EmbeddedEngine[],
  what: Act,
  { requestId, requestingCountry }: RouteCall,
  to: string,
  unit: string,
): Promise<void> {
  const bank: Person = [to, 'institution', 'bank']
  if (what === 'shareHistory' || what === 'shareStanding')
    await act(engines, [requestingCountry, 'officer', 'o'], requestId, 'ShareRequest', {
      with: { country: unit, unit: 'cybercrime' },
      extent: what === 'shareHistory' ? 'history' : 'standing',
      purpose: 'The same accounts',
    })
  if (what === 'freeze')
    await act(engines, bank, requestId, 'ReportFreeze', { amount: { currency: 'USD', value: '10.00' }, basis: 'FIU_SUSPENSION' })
  if (what === 'interim') await act(engines, bank, requestId, 'ReportInterim', { reason: 'S000', note: 'Looking' })
  if (what === 'question') await act(engines, bank, requestId, 'AskInformation', { question: 'Which invoice?' })
  if (what === 'withdraw') await act(engines, [requestingCountry, 'officer', 'o'], requestId, 'Withdraw', { reason: 'A slip' })
  if (what === 'moved')
    await act(engines, bank, requestId, 'ReportMovedOnward', { amount: { currency: 'USD', value: '5.00' }, country: to })
}

const steps = fc.array(fc.record({ isForeign: fc.boolean(), what: acts, isIncoming: fc.boolean() }), { minLength: 4, maxLength: 8 })

test('V16: without being a party, a country cannot tell whether a request exists: every answer and every topic is the same to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (some, isSameCase) => {
      const own: RouteCall[] = []
      const foreign: RouteCall[] = []
      for (const { isForeign, what, isIncoming } of some) {
        nowMs += 1_000
        if (isForeign) {
          const [from, to] = isIncoming ? (['AE', 'MY'] as const) : (['MY', 'AE'] as const)
          const named = isSameCase && own[0] ? own[0].caseReference : `F-${numbers}`
          const about = await open([other], from, to, named)
          foreign.push(about)
          await perform([other], what, about, to, 'DE')
        } else {
          const [from, to] = isIncoming ? (['TL', 'SG'] as const) : (['SG', 'TL'] as const)
          const about = await open([one, other], from, to, `OWN-${numbers}`)
          own.push(about)
          await perform([one, other], what, about, to, 'FR')
        }
      }
      for (const engine of [one, other]) await eventually(() => showsAll(engine), 'the desk has read all facts')
      for (const about of [...own.slice(-1), ...foreign.slice(-1)]) await tellsNothing(about)
      for (const country of ['SG', 'TL', 'VU', 'FR', 'XP']) expect(await ofTopics(other, country)).toEqual(await ofTopics(one, country))
    }),
    { seed: 20261128, numRuns: 5, endOnFailure: true },
  )
}, 240_000)

/** Until then counts say since when they are exceeded. */
async function showsAll(engine: EmbeddedEngine): Promise<true | undefined> {
  const counts = await clientsOf(engine, ['SG', 'system'], clock.now()).desk.counts()
  return counts.ok && counts.value.shownUntil === undefined ? true : undefined
}

/** In parallel, because a query for an unknown id waits. */
async function tellsNothing(about: RouteCall): Promise<void> {
  const cells = readers.flatMap(reader => asked.filter(({ name }) => !apart(name, reader.name)).map(route => ({ reader, route })))
  await Promise.all(
    cells.map(async ({ reader, route }) => {
      const [first, second] = await Promise.all([one, other].map(({ deskUrl }) => ask(deskUrl, route, reader, about)))
      expect(second, `${route.name} by ${reader.name}`).toEqual(first)
    }),
  )
}

async function ofTopics(engine: EmbeddedEngine, country: string): Promise<string[]> {
  const ofCountry = [ordersTopic(country), notificationsTopic(country), bankMessagesTopic(country)]
  await engine.streams.ensureTopics(ofCountry)
  const records = await Promise.all(ofCountry.map(topic => everythingIn(engine.streams, topic)))
  return records.flat().map(({ key, value }) => `${key} ${value}`)
}
