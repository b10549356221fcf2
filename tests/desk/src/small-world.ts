import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandKind, Fact } from '@holdfast/payment-stop/language'
import { createDeadLetters, silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { engineSecretFileName } from '@holdfast/trust'
import { eventually, type Person, tokenOf } from '../../src/engine.ts'
import { longSessionMs, type StoryWorld, startStoryWorld } from '../../src/story-world.ts'

/** An engine with data for each page of the desk. */
export interface SmallWorld extends StoryWorld {
  readonly ids: {
    /** Moved over three countries, partly followed, partly frozen, and shared with a unit. */
    readonly trail: string
    readonly returned: string
  }
  /** The case of the money that went over three countries. */
  readonly reference: string
}

export const officer = ['SG', 'officer', 'a.tan'] as const
const minute = 60_000
const usd = (value: string) => ({ currency: 'USD', value })

/** The same each time, with the same ids: a picture of it changes only with the page. */
export async function startSmallWorld(port = 0): Promise<SmallWorld> {
  const world = await startStoryWorld(['TL', 'AE', 'MY'], {
    sessionMsMax: longSessionMs,
    port,
    prepare: folder => writeFile(join(folder, engineSecretFileName), '5e'.repeat(32), { mode: 0o600 }),
  })
  const desk = deskOf(world)
  const trail = await moneyOverThreeCountries(world)
  world.pass(7 * minute)
  const returned = await partlyReturned(world)
  world.pass(11 * minute)
  const proposed = await withdrawalProposed(world)
  const alerted = await goneHome(world)
  world.pass(4 * minute)
  const snoozed = await manyMore(world)
  await desk('RequestAssigned', { to: 'a.tan' }, trail)
  await desk('NoteTaken', { text: 'Dili called at 11: the court order is on its way. Ask Dubai for the second hop.' }, trail)
  await desk('RequestAssigned', { to: 'a.tan' }, proposed)
  await desk('RequestAssigned', { to: 'b.lim' }, alerted)
  const until = new Date(world.now().getTime() + 15 * 60 * minute).toISOString()
  await desk('RequestSnoozed', { until, reason: 'The bank is closed' }, snoozed)
  await plantLetter(world, returned)
  return { ...world, ids: { trail, returned }, reference: (await world.view(trail)).caseReference }
}

const done = async (world: StoryWorld, person: Person, id: string, command: CommandKind, data: unknown): Promise<void> => {
  const given = await world.act(person, id, command, data)
  if (!given.ok) throw new Error(`${command}: ${JSON.stringify(given.error)}`)
}

const onward = (nth: number, bic: string) => ({
  rail: 'SWIFT' as const,
  uetr: `5e6d7c8b-4b5a-4968-8776-${String(nth).padStart(12, '0')}`,
  executedAt: '2024-07-23T09:45:00+08:00',
  creditor: { name: `Invented Trading ${nth}`, account: { other: `00990${nth}` } },
  creditorAgent: { bic },
})

async function follow(world: StoryWorld, id: string, nth: number, country: string, value: string): Promise<string> {
  const order = await world.orderOf(id, 'freeze')
  await world.answer(order, { kind: 'movedOnward', details: { amount: usd(value), country, onward: onward(nth, `EXMP${country}HX`) } })
  const { sequence } = await world.fact(id, 'MovedOnwardReported')
  world.pass(minute)
  await done(world, officer, id, 'FollowOnward', { report: sequence })
  const fact = (await world.fact(id, 'OnwardFollowed')) as Fact & { data: { child: { requestId: string } } }
  return fact.data.child.requestId
}

async function held(world: StoryWorld, id: string, value: string): Promise<void> {
  const details = { amount: usd(value), basis: 'FIU_SUSPENSION' as const, reference: 'HOLD-7' }
  await world.answer(await world.orderOf(id, 'freeze'), { kind: 'frozen', details })
  await world.reaches(id, 'frozen')
}

async function confirmed(world: StoryWorld, id: string): Promise<void> {
  const order = { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: 'DDC-7', date: '2024-07-23' }
  const outcomes = await world.together(['TL', 'authority'], id, 'ConfirmFreeze', order)
  if (outcomes.join() !== 'proposed,applied') throw new Error(`the court: ${outcomes}`)
}

async function moneyOverThreeCountries(world: StoryWorld): Promise<string> {
  const { requestId: id, order } = await world.order({ caseReference: 'SG-2024-004711', payment: { amount: usd('420000.00') } })
  world.pass(2 * minute)
  await world.answer(order, { kind: 'acknowledged', details: {} })
  await world.fact(id, 'OrderAcknowledged')
  const second = await follow(world, id, 1, 'AE', '260000.00')
  const third = await follow(world, second, 2, 'MY', '180000.00')
  await held(world, third, '180000.00')
  world.pass(3 * minute)
  // Singapore declines this one, and the rest is frozen where it was sent.
  await world.answer(order, {
    kind: 'movedOnward',
    details: { amount: usd('45000.50'), country: 'VU', onward: onward(3, 'EXMPVUHX') },
  })
  await world.fact(id, 'MovedOnwardReported', 2)
  await held(world, id, '114999.50')
  await confirmed(world, id)
  for (const share of [
    { with: { country: 'FR', unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts stand in its cases' },
    { with: { country: 'XP', unit: 'generalSecretariat' }, extent: 'standing', purpose: 'It looks into the same network' },
  ])
    await done(world, officer, id, 'ShareRequest', share)
  return id
}

async function partlyReturned(world: StoryWorld): Promise<string> {
  const { requestId: id, order } = await world.order({
    caseReference: 'SG-2024-004698',
    offence: { typology: 'INVESTMENT', methods: ['SOCIAL_MEDIA', 'DEEPFAKE_VIDEO'] },
    payment: { amount: usd('96500.00') },
  })
  await held(world, id, '96500.00')
  await confirmed(world, id)
  for (const person of ['first', 'second'] as const)
    await world.answer(order, { kind: 'returnInitiated', details: { basis: 'CONSENT' }, person })
  await world.fact(id, 'ReturnInitiated')
  world.pass(20 * minute)
  await world.answer(order, { kind: 'returned', details: { amount: usd('60000.00'), reference: 'PACS004-1' } })
  await world.fact(id, 'ReturnReported')
  return id
}

async function withdrawalProposed(world: StoryWorld): Promise<string> {
  const { requestId: id } = await world.order({ caseReference: 'SG-2024-004702', payment: { amount: usd('7800.00') } })
  await held(world, id, '7800.00')
  await done(world, ['SG', 'officer', 'b.lim'], id, 'Withdraw', { reason: 'The victim was paid back by another way' })
  return id
}

/** To the requester's own country: no onward request opens there, and its desk gets a task. */
async function goneHome(world: StoryWorld): Promise<string> {
  const { requestId: id } = await world.order({ caseReference: 'SG-2024-004705', payment: { amount: usd('15250.00') } })
  await done(world, ['TL', 'institution', 'teller'], id, 'ReportMovedOnward', { amount: usd('9000.00'), country: 'SG' })
  return id
}

/** Of other corridors and currencies; returns one without progress. */
async function manyMore(world: StoryWorld): Promise<string> {
  const account = { other: '0099077001' }
  let number = 4712
  for (const [to, currency, value, typology] of [
    ['TL', 'USD', '1200.00', 'ROMANCE'],
    ['TL', 'USD', '8800000.00', 'BEC_CEO'],
    ['AE', 'EUR', '312450.25', 'INVESTMENT'],
    ['MY', 'JPY', '9500000', 'IMPERSONATION_AUTHORITY'],
    ['AE', 'KWD', '1250.125', 'ROMANCE'],
    ['MT', 'EUR', '48000.00', 'BEC_INVOICE'],
  ] as const) {
    const shared = currency === 'EUR' ? { creditor: { account } } : {}
    const id = await world.send({
      caseReference: `SG-2024-00${number++}`,
      beneficiaryCountry: to,
      offence: { typology },
      payment: { amount: { currency, value }, ...shared },
    })
    // Its assessment is over, with any result, before the clock moves.
    await eventually(async () => ((await world.kinds(id)).length > 1 ? true : undefined), `the assessment of ${id}`)
    world.pass(6 * minute)
  }
  const { requestId } = await world.order({ caseReference: `SG-2024-00${number}`, payment: { amount: usd('640.00') } })
  return requestId
}

const deskOf = (world: StoryWorld) => async (kind: string, data: object, requestId: string) => {
  const answer = await fetch(`${world.engine.deskUrl}/v1/work`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf(world.engine, officer, world.now())}`,
      'content-type': 'application/json',
      'idempotency-key': `${kind}-${requestId}`,
    },
    body: JSON.stringify({ kind, requestId, data }),
  })
  if (answer.status !== 201) throw new Error(`${kind}: ${await answer.text()}`)
}

async function plantLetter(world: StoryWorld, key: string): Promise<void> {
  const kept = createDeadLetters(world.engine.streams, 'ledger', { now: world.now }, silentLogger)
  const record = { topic: topics.commands.name, partition: 0, offset: 950, key, headers: {}, timestampMs: 0, value: 'no JSON' }
  await kept.keep(record, 'is no JSON')
}
