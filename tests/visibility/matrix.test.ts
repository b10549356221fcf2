import type { Order } from '@holdfast/payment-stop/language'
import { bankMessagesTopic, memberRoles, notificationsTopic, ordersTopic } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, everythingIn, reaches, submit } from '../src/engine.ts'
import { type Answer, ask } from './ask.ts'
import { allCallers, type Caller, institutions } from './callers.ts'
import { addressesInCode, type Route, type RouteCall, routes } from './routes.ts'

/** The result of a query: the request, an answer without it, or a refusal. */
type Cell = 'sees' | 'answered' | 'refused'

const rolesOf = (country: string) => memberRoles.map(role => `${country}/${role}`)
const desksOf = (country: string) => ['officer', 'fiu', 'authority'].map(role => `${country}/${role}`)
const institutionsOf = (country: string) => ['institution', 'fiu'].map(role => `${country}/${role}`)
const countries = ['SG', 'TL', 'MY', 'VU']
const members = [...countries.flatMap(rolesOf), 'XP/officer']
const parties = [...rolesOf('SG'), ...rolesOf('TL')]
const unitOfHistory = 'FR.cybercrime'
const unitOfStanding = 'DE.antiScamCentre'
/** With their own keys: the one with the order, and another of its country. */
const [bank, otherBank] = ['KMNSTLDL', 'LORSTLDL'] as const
const units = [unitOfHistory, unitOfStanding, 'VU.cybercrime', 'SG.cybercrime']
const seeing = [...parties, unitOfHistory, unitOfStanding]
const desks = countries.flatMap(desksOf)
const partiesDesks = [...desksOf('SG'), ...desksOf('TL')]

interface Row {
  readonly sees?: readonly string[]
  readonly answered?: readonly string[]
}

/**
 * The callers that get an answer, and those that see the request. SG requests, TL is the beneficiary, MY is no party,
 * VU is denied; all others are refused.
 */
const rows: Readonly<Record<string, Row>> = {
  'GET /v1/requests': { sees: seeing, answered: [...members, ...units] },
  'GET /v1/requests searched': { sees: seeing, answered: [...members, ...units] },
  'GET /v1/requests of a case': { sees: seeing, answered: [...members, ...units] },
  'GET /v1/requests of a parent': { answered: [...members, ...units] },
  'GET /v1/requests/counts': { answered: [...members, ...units] },
  'GET /v1/requests/:id': { sees: seeing },
  'GET /v1/requests/:id/history': { sees: [...parties, unitOfHistory] },
  'GET /v1/requests/:id/actions': { answered: parties },
  'GET /v1/requests/:id/orders': { sees: rolesOf('TL') },
  'GET /v1/requests/:id/orders/:order/message': { sees: rolesOf('TL') },
  // No bank has sent an ISO 20022 message.
  'GET /v1/requests/:id/bank-messages/:message': {},
  'GET /v1/orders': { sees: [bank], answered: [otherBank] },
  'GET /v1/orders/:order': { sees: [bank] },
  // No bank has answered yet.
  'GET /v1/orders/:order/answers': { sees: [...institutionsOf('TL'), bank] },
  'GET /v1/answers/:answer': {},
  'GET /v1/cases/:country/:caseReference': { sees: seeing },
  'GET /v1/alerts': { answered: members },
  'GET /v1/proposals': { answered: members },
  'GET /v1/analysis': { sees: parties, answered: members },
  'GET /v1/stream': { sees: [...parties, unitOfHistory], answered: [...members, ...units] },
  'GET /v1/stream of a request': { sees: [...parties, unitOfHistory], answered: [...members, ...units] },
  'GET /v1/work': { answered: partiesDesks },
  'GET /v1/work-inbox': { sees: partiesDesks, answered: desks },
  'GET /v1/work-alerts': { answered: desks },
  'GET /v1/work-log': { answered: desks },
  'GET /v1/persons': { answered: desks },
  // The body is no command: a caller that learns this has passed authentication.
  'POST /v1/requests/:id/commands': { answered: parties },
  'POST /v1/requests/:id/reveal': { sees: partiesDesks },
  'POST /v1/work': { sees: partiesDesks },
  'POST /v1/answers': { answered: [...countries.flatMap(institutionsOf), bank, otherBank] },
  'POST /v1/requests': { answered: members },
  'GET /v1/checkpoints': { answered: members },
  'GET /v1/checkpoints/proof': { answered: members },
  'GET /v1/engine-keys': { answered: [...members, ...units, bank, otherBank] },
  'GET /v1/schemas': { answered: [...members, ...units, bank, otherBank, 'operator', 'anonymous'] },
  'GET /v1/schemas/:name': { answered: [...members, ...units, bank, otherBank, 'operator', 'anonymous'] },
  'GET /v1/countries': { answered: [...members, ...units] },
  'GET /v1/countries/:country': { answered: [...members, ...units] },
  'GET /v1/session': { answered: [...members, ...units, bank, otherBank, 'operator'] },
  'GET /v1/operations': { answered: ['operator'] },
  'GET /v1/dead-letters': { answered: ['operator'] },
  'GET /v1/dead-letters/:number': {},
  'POST /v1/dead-letters/:number/redrive': {},
  'GET /v1/parked': { answered: ['operator'] },
  'GET /v1/parked/:id': {},
  'POST /v1/parked/:id/redrive': {},
  'GET /v1/view': { answered: ['operator'] },
  'POST /v1/view/rebuild': { answered: ['operator'] },
}

let engine: EmbeddedEngine
let callers: Caller[]
let about: RouteCall
let marks: readonly string[]
/** None of these exists. */
const ghost: RouteCall = {
  requestId: '4f3c2b1a-0f1e-5d3c-8b5a-496887766554',
  caseReference: 'NO-SUCH-CASE',
  requestingCountry: 'SG',
  orderId: '5f3c2b1a-0f1e-5d3c-8b5a-496887766554',
}

beforeAll(async () => {
  engine = await startEmbeddedEngine()
  const [ordered, other] = institutions({ engine, now: () => new Date() })
  if (!ordered || !other) throw new Error('there are two')
  callers = [...allCallers({ engine, now: () => new Date() }), ordered, other]
  const isKnown = async () => ((await fetch(`${engine.deskUrl}/v1/session`, { headers: await ordered.headers() })).ok ? true : undefined)
  await eventually(isKnown, 'the registry has the bank')
  const document = buildRequestNumber(7_001, {
    caseReference: 'SG-CASE-7001',
    handling: { deniedTo: ['VU'] },
    victim: { name: 'Victoria Ng' },
    payment: { creditor: { name: 'Creditor Seven' } },
  })
  const requestId = await submit(engine, ['SG', 'system'], document, 'visibility-1')
  const foreign = buildRequestNumber(7_002, { requestingCountry: 'MY', beneficiaryCountry: 'AE', caseReference: 'MY-1' })
  await submit(engine, ['MY', 'system'], foreign, 'visibility-2')
  await reaches(engine, requestId, 'verified')
  const { desk } = clientsOf(engine, ['SG', 'officer'])
  for (const [country, unit, extent] of [
    ['FR', 'cybercrime', 'history'],
    ['DE', 'antiScamCentre', 'standing'],
  ] as const) {
    const data = { with: { country, unit }, extent, purpose: 'The same accounts' }
    const shared = await desk.act(requestId, 'ShareRequest', data, { idempotencyKey: `share-${country}` })
    if (!shared.ok) throw new Error(JSON.stringify(shared.error))
  }
  const order = await eventually(async () => (await eventsIn<Order>(engine.streams, ordersTopic('TL')))[0], 'the order exists')
  about = { requestId, caseReference: document.caseReference, requestingCountry: 'SG', orderId: order.data.orderId }
  marks = [requestId, document.caseReference, about.orderId, 'Victoria', 'Creditor Seven']
})
afterAll(() => engine.stop())

function cellOf({ status, text }: Answer): Cell {
  if (status < 300 && marks.some(mark => text.includes(mark))) return 'sees'
  return status < 400 || status === 422 ? 'answered' : 'refused'
}

/** The same for one that does not exist, as far as the caller can tell. */
const asIfOf = ({ requestId, caseReference, orderId }: RouteCall, answer: Answer): string =>
  JSON.stringify({ ...answer, headers: { ...answer.headers, 'content-length': undefined } })
    .replaceAll(requestId, 'REQUEST')
    .replaceAll(caseReference, 'CASE')
    .replaceAll(orderId, 'ORDER')
    .replace(/\\"asOf\\":\\"[^"]*\\"/, 'NOW')

/** The work log and the notes of a caller continue from query to query. */
const goesOn: ReadonlySet<string> = new Set([
  'GET /v1/work-log',
  'GET /v1/persons',
  'GET /v1/session',
  'POST /v1/work',
  'GET /v1/requests/counts',
])

test('the table has every route of the services and no other', () => {
  expect([...new Set(routes.map(({ address }) => address))].sort()).toEqual([...new Set(addressesInCode())].sort())
  expect(Object.keys(rows).sort()).toEqual(routes.map(({ name }) => name).sort())
})

describe('exactly these callers are answered, of each role of each country, institutions, units, the General Secretariat, operators and anonymous callers:', () => {
  test.concurrent.each(routes.map(route => [route.name, route] as const))(
    '%s',
    async (_name, route: Route) => {
      const { sees = [], answered = [] } = rows[route.name] ?? {}
      const expected = (name: string): Cell => (sees.includes(name) ? 'sees' : answered.includes(name) ? 'answered' : 'refused')
      await Promise.all(
        callers.map(async caller => {
          const cell = expected(caller.name)
          const answer = await ask(engine.deskUrl, route, caller, about)
          expect([caller.name, cellOf(answer), answer.status], route.name).toEqual([caller.name, cell, answer.status])
          if (cell === 'sees' || seeing.includes(caller.name) || caller.name === 'operator') return
          for (const mark of marks)
            expect(answer.text.replaceAll(route.path(about), ''), `${route.name} by ${caller.name}`).not.toContain(mark)
          if (goesOn.has(route.name)) return
          const none = await ask(engine.deskUrl, route, caller, ghost)
          expect(asIfOf(about, answer), `${route.name} by ${caller.name}`).toBe(asIfOf(ghost, none))
        }),
      )
    },
    60_000,
  )
})

test('a topic of a country contains requests only to which the country is a party', async () => {
  const ofTopics = async (country: string) => {
    const ofCountry = [ordersTopic(country), notificationsTopic(country), bankMessagesTopic(country)]
    await engine.streams.ensureTopics(ofCountry)
    const records = await Promise.all(ofCountry.map(topic => everythingIn(engine.streams, topic)))
    return marks.filter(mark => records.flat().some(({ value }) => value.includes(mark)))
  }
  for (const country of ['MY', 'VU', 'FR', 'DE', 'XP']) expect([country, await ofTopics(country)]).toEqual([country, []])
  expect(await ofTopics('SG')).toContain(about.requestId)
  expect(await ofTopics('TL')).toContain(about.orderId)
})
