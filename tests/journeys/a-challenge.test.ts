import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fact, factKindOf, isFact } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientsOf, everythingIn, type Person } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const bank: Person = ['TL', 'institution', 'a.bank']
const judge: Person = ['TL', 'authority', 'first']
/** Free texts that appear in no other file. */
const challenge = { decidingBody: 'Ombudsperson of Quillwort', reference: 'QW-77', date: '2024-07-24', note: 'She sold a tuffboat' }
const secrets = ['Quillwort', 'QW-77', 'tuffboat', 'porphyry']

let world: StoryWorld
beforeAll(async () => {
  world = await startStoryWorld(['TL'])
})
afterAll(() => world.stop())

async function held() {
  const { requestId, order } = await world.order()
  await world.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' } })
  await world.reaches(requestId, 'frozen')
  return requestId
}

const alerted = (country: string, requestId: string, code: string) =>
  world.notification(country, requestId, body => body.kind === 'alert' && body.code === code)

/** The evidence file of a report for a court has these facts. */
async function exported(requestId: string): Promise<Fact[]> {
  const facts: Fact[] = []
  for await (const line of clientsOf(world.engine, ['SG', 'officer', 'a.tan'], world.now()).desk.export())
    facts.push(JSON.parse(line) as Fact)
  return facts.filter(({ subject }) => subject === requestId)
}

test('the account holder challenges the freeze with success: both countries know, and the bank is ordered to release the money', async () => {
  const requestId = await held()
  expect(await world.act(bank, requestId, 'LodgeChallenge', challenge)).toMatchObject({ ok: true, value: { outcome: 'applied' } })
  for (const country of ['SG', 'TL'])
    expect(await alerted(country, requestId, 'challengeLodged')).toMatchObject({ fact: 'ChallengeLodged', data: challenge })

  const second = await world.act(judge, requestId, 'LodgeChallenge', { ...challenge, reference: 'QW-78' })
  expect(second).toMatchObject({
    ok: false,
    error: { code: 'WRONG_STATE', detail: expect.stringContaining('a challenge has been open since') },
  })
  const release = await world.act(judge, requestId, 'Release', { reason: 'CHALLENGE_UPHELD' })
  expect(release).toMatchObject({
    ok: false,
    error: { code: 'WRONG_STATE', detail: expect.stringContaining('Decide it with DecideChallenge') },
  })

  const decision = { decision: 'FOR_HOLDER', reference: 'QW-77', note: 'Says judge porphyry' }
  expect(await world.together(['TL', 'authority'], requestId, 'DecideChallenge', decision)).toEqual(['proposed', 'applied'])
  const view = await world.reaches(requestId, 'closed.released')
  expect(view.outcome).toMatchObject({ end: 'closed.released', reason: 'CHALLENGE_UPHELD', amounts: { released: usd('1000.00') } })
  expect((await world.orderOf(requestId, 'release')).data).toMatchObject({
    amount: usd('1000.00'),
    reason: 'An authority of the beneficiary country ordered it (CHALLENGE_UPHELD)',
  })
  for (const country of ['SG', 'TL'])
    expect(await alerted(country, requestId, 'challengeDecided.FOR_HOLDER')).toMatchObject({ fact: 'ChallengeDecided' })
  const outcome = await world.notification('SG', requestId, body => body.kind === 'outcome')
  expect(outcome).toMatchObject({ outcome: { reason: 'CHALLENGE_UPHELD', amounts: { released: usd('1000.00') } } })

  const decided = await world.fact(requestId, 'ChallengeDecided')
  const orders = await clientsOf(world.engine, ['TL', 'officer', 'd'], world.now()).desk.orders(requestId)
  expect(orders.ok && orders.value.orders.at(-1)).toMatchObject({ kind: 'release', amount: usd('1000.00'), cause: decided.id })
})

test('the account holder challenges the freeze without success: the hold stays, and another challenge can be lodged', async () => {
  const requestId = await held()
  expect(await world.act(judge, requestId, 'LodgeChallenge', challenge)).toMatchObject({ ok: true })
  const decision = { decision: 'AGAINST_HOLDER', reference: 'QW-77' }
  expect(await world.together(['TL', 'authority'], requestId, 'DecideChallenge', decision)).toEqual(['proposed', 'applied'])
  for (const country of ['SG', 'TL']) await alerted(country, requestId, 'challengeDecided.AGAINST_HOLDER')
  expect(await world.view(requestId)).toMatchObject({ phase: 'frozen', amounts: { frozen: usd('1000.00'), released: usd('0.00') } })
  expect(await world.act(judge, requestId, 'LodgeChallenge', { ...challenge, reference: 'QW-78' })).toMatchObject({ ok: true })
})

test('the evidence file of a report for a court has both facts and verifies, and the ledger has none of the free texts', async () => {
  const requestId = await held()
  await world.act(judge, requestId, 'LodgeChallenge', challenge)
  await world.together(['TL', 'authority'], requestId, 'DecideChallenge', { decision: 'FOR_HOLDER', reference: 'QW-77' })
  await world.reaches(requestId, 'closed.released')
  const facts = await exported(requestId)
  expect(facts.map(factKindOf).slice(-4)).toEqual(['FreezeReported', 'ChallengeLodged', 'ActionProposed', 'ChallengeDecided'])
  const [lodged] = facts.filter(fact => isFact(fact, 'ChallengeLodged'))
  expect(lodged?.data).toMatchObject(challenge)
  const file = join(world.engine.dataDir, 'evidence.jsonl')
  writeFileSync(file, facts.map(fact => `${JSON.stringify(fact)}\n`).join(''))
  expect(await runHoldfast(world.engine, 'verify', file)).toMatchObject({ code: 0 })

  const records = await everythingIn(world.engine.streams, topics.ledger)
  const stored = records.map(({ value }) => String(value)).join('\n')
  expect(stored).toContain('ChallengeLodged')
  for (const secret of secrets) expect(stored).not.toContain(secret)
})
