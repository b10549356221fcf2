import type { Client } from '@holdfast/client'
import { type CommandBody, isFact } from '@holdfast/schemas'
import { describeOutcome } from './describe-outcome.ts'
import { goneAgain, onward } from './documents.ts'
import { approve, propose } from './dual-approval.ts'
import { type ArrivedOrder, askForHold, expectView, money, passTo, prove, type Stage, takeOrder } from './stage.ts'

const usd = (value: string) => money('USD', value)
const [rest, gone] = [usd('120000.00'), usd('380000.00')]
const provisional = (coverage: 'partial' | 'full') => [`frozen.coverage.${coverage}`, 'frozen.mandate.provisional', 'frozen.recovery.idle']

/** The request that was asked for, and the one that its requester let follow the money to the next country. */
export interface Followed {
  readonly parent: ArrivedOrder
  readonly child: ArrivedOrder
}

/** Part of the money is still there; the engine follows the other part, once an officer agrees. */
export async function playMovedOnward(stage: Stage, singapore: Client): Promise<Followed> {
  const { engine, screen, desk } = stage
  await screen.heading('6  Moved onward: part of the money has left for a third country')
  await screen.say('Singapore asks Malaysia twelve hours after a payment. Most of it left for London an hour before.')
  await passTo(stage, '2024-07-30T09:00:00+08:00')
  // London has to listen before the order for it comes.
  await engine.institutionOf('GB')
  const parent = await askForHold(stage, singapore, goneAgain, '2024-07-30T09:20:00+08:00')
  await passTo(stage, '2024-07-30T15:10:00+08:00')
  await parent.institution.answer(parent.order, {
    kind: 'frozen',
    details: { amount: rest, basis: 'FIU_SUSPENSION', reference: 'HOLD-12' },
  })
  await desk.until(parent.requestId, 'FreezeReported')

  await screen.say('The bank says where the rest went. London hears nothing before Singapore agrees.')
  await passTo(stage, '2024-07-30T15:20:00+08:00')
  await parent.institution.answer(parent.order, { kind: 'movedOnward', details: { amount: gone, country: 'GB', onward } })
  const moved = await desk.until(parent.requestId, 'MovedOnwardReported')
  expectView(stage, moved.view, { states: provisional('partial'), frozen: rest, movedOnward: gone })
  const officer = engine.as('SG', 'officer')
  const alerts = await officer.alerts()
  const asked = alerts.ok && alerts.value.alerts.filter(({ fact }) => fact === 'MovedOnwardReported').map(({ sequence }) => sequence)
  const london = await engine.as('GB', 'officer').list()
  await prove(
    stage,
    'Singapore’s desk is asked for its word; London’s has nothing',
    [asked, london.ok && london.value.requests],
    [[moved.fact.sequence], []],
  )

  await screen.say('An officer in Singapore agrees. The request to London opens, and is checked like any.')
  await passTo(stage, '2024-07-30T15:25:00+08:00')
  const agreed = await officer.act(
    parent.requestId,
    'FollowOnward',
    { report: moved.fact.sequence },
    { idempotencyKey: 'follow-to-london' },
  )
  if (!agreed.ok) throw new Error(`FollowOnward was refused: ${agreed.error.code}, ${agreed.error.detail}`)
  const { fact: word } = await desk.until(parent.requestId, 'OnwardFollowed')
  const childId = isFact(word, 'OnwardFollowed') ? word.data.child.requestId : 'none'
  const verified = await desk.until(childId, 'RequestVerified')
  const child = await takeOrder(stage, verified, '2024-07-30T15:40:00+08:00')
  await passTo(stage, '2024-07-30T16:30:00+08:00')
  await child.institution.answer(child.order, { kind: 'frozen', details: { amount: gone, basis: 'FIU_SUSPENSION', reference: 'HOLD-13' } })
  const held = await desk.until(childId, 'FreezeReported')
  expectView(stage, held.view, { states: provisional('full'), frozen: gone })

  const shown = await officer.show(parent.requestId)
  const children = shown.ok && shown.value.children.map(({ requestId, country, amount, phase }) => ({ requestId, country, amount, phase }))
  await prove(stage, 'The first request shows the one that follows its money, and that it is held', children, [
    { requestId: childId, country: 'GB', amount: gone, phase: 'frozen' },
  ])
  await prove(stage, 'And that one names where it comes from', held.view.parent, { requestId: parent.requestId, hop: 1 })
  return { parent, child }
}

/** A court lifts the hold on what was still there; the requester is told what became of its request. */
export async function playLifted(stage: Stage, { parent: { requestId, institution } }: Followed): Promise<void> {
  const { engine, screen, desk } = stage
  await screen.heading('8  Lifted: a court lets the rest go, and Singapore is told how its request ended')
  await screen.say('What is left in Kuala Lumpur turns out to be somebody else’s. Two judges sign to let it go.')
  const data: CommandBody<'Release'> = { reason: 'CHALLENGE_UPHELD', authority: 'court in Kuala Lumpur', reference: 'KL-2024-0801' }
  const release = { country: 'MY', role: 'authority', requestId, command: 'Release', data } as const
  await passTo(stage, '2024-08-01T10:00:00+08:00')
  await propose(stage, release)
  await passTo(stage, '2024-08-01T10:30:00+08:00')
  await approve(stage, release)
  const { view } = await desk.until(requestId, 'FreezeReleased')
  expectView(stage, view, { states: ['closed.released'], frozen: usd('0.00'), released: rest, movedOnward: gone })
  const order = await institution.order(requestId, 'release')
  await prove(stage, `An order to release USD 120,000 reached ${order.data.institution.name} by itself`, order.data.amount, rest)

  const notice = await (await engine.systemOf('SG')).outcomeOf(requestId)
  const outcome = notice.data.kind === 'outcome' ? notice.data.outcome : undefined
  for (const line of outcome ? describeOutcome(outcome) : []) await screen.note(line)
  await prove(stage, 'The outcome report that Singapore’s system got is what the desk shows', outcome, view.outcome)
  await prove(stage, 'All that was held is accounted for: it was released, and nothing came back', outcome?.amounts, {
    requested: usd('500000.00'),
    frozen: rest,
    recovered: usd('0.00'),
    charges: usd('0.00'),
    movedOnward: gone,
    released: rest,
  })
  const wholeCase = await engine.as('SG', 'officer').showCase('SG', goneAgain.caseReference)
  const sums = wholeCase.ok && wholeCase.value.sums?.map(({ requested, frozen, released }) => [requested, frozen, released])
  await prove(stage, 'The whole case, nothing counted twice: 500,000 asked for, 380,000 held, 120,000 let go', sums, [
    [usd('500000.00'), gone, rest],
  ])
}

/** A hold is warned of and extended within the caps of the country. */
export async function playExtended(stage: Stage, { child: { requestId } }: Followed): Promise<void> {
  const { screen, desk } = stage
  await screen.heading('9  Extended: a court in London gives the hold more time')
  await screen.say('The suspension in London lasts seven working days. Half of them pass; then a day is left.')
  await passTo(stage, '2024-08-07T17:30:00+08:00')
  await screen.say('British law lets the Crown Court add 31 days at a time, six months in all. Two persons sign.')
  const data: CommandBody<'ExtendFreeze'> = { basis: 'COURT', authority: 'Crown Court', reference: 'CC-2024-311', date: '2024-08-07' }
  const extend = { country: 'GB', role: 'authority', requestId, command: 'ExtendFreeze', data } as const
  await propose(stage, extend)
  await passTo(stage, '2024-08-07T18:15:00+08:00')
  await approve(stage, extend)
  const { fact, view } = await desk.until(requestId, 'FreezeExtended')
  expectView(stage, view, { states: provisional('full'), frozen: gone })
  await prove(stage, 'Extended by 31 days from where it would have ended', isFact(fact, 'FreezeExtended') && fact.data.extended, [
    { hold: 0, expiresAt: '2024-09-08T08:30:00.000Z' },
  ])
}
