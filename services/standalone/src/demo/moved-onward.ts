import type { Client } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type CommandBody, isFact } from '@holdfast/payment-stop/language'
import { describeOutcome } from './describe-outcome.ts'
import { goneAgain, onward } from './documents.ts'
import { approve, propose } from './dual-approval.ts'
import { type ArrivedOrder, advanceTo, expectView, money, prove, requestFreeze, type Stage, takeOrder } from './stage.ts'

const usd = (value: string) => money('USD', value)
const [rest, movedMoney] = [usd('120000.00'), usd('380000.00')]
const provisional = (coverage: 'partial' | 'full') => [`frozen.coverage.${coverage}`, 'frozen.mandate.provisional', 'frozen.recovery.idle']

/** The first request, and its child request in the next country. */
export interface ParentAndChild {
  readonly parent: ArrivedOrder
  readonly child: ArrivedOrder
}

/**
 * A part of the money is still there; once an officer approves, the engine opens a child request for the other part.
 */
export async function playMovedOnward(stage: Stage, singapore: Client<PaymentStopTypes>): Promise<ParentAndChild> {
  const { engine, screen, desk } = stage
  await screen.heading('6  Moved onward: part of the money has left for a third country')
  await screen.say('Singapore requests a freeze in Malaysia twelve hours after a payment. Most of it left for London an hour before.')
  await advanceTo(stage, '2024-07-30T09:00:00+08:00')
  // London must listen before its order arrives.
  await engine.institutionOf('GB')
  const parent = await requestFreeze(stage, singapore, goneAgain, '2024-07-30T09:20:00+08:00')
  await advanceTo(stage, '2024-07-30T15:10:00+08:00')
  await parent.institution.answer(parent.order, {
    kind: 'frozen',
    details: { amount: rest, basis: 'FIU_SUSPENSION', reference: 'HOLD-12' },
  })
  await desk.until(parent.requestId, 'FreezeReported')

  await screen.say('The bank reports the destination of the rest. London is not contacted before Singapore approves.')
  await advanceTo(stage, '2024-07-30T15:20:00+08:00')
  await parent.institution.answer(parent.order, { kind: 'movedOnward', details: { amount: movedMoney, country: 'GB', onward } })
  const report = await desk.until(parent.requestId, 'MovedOnwardReported')
  expectView(stage, report.view, { states: provisional('partial'), frozen: rest, movedOnward: movedMoney })
  const officer = engine.as('SG', 'officer')
  const alerts = await officer.alerts()
  const alerted = alerts.ok && alerts.value.alerts.filter(({ fact }) => fact === 'MovedOnwardReported').map(({ sequence }) => sequence)
  const london = await engine.as('GB', 'officer').list()
  await prove(
    stage,
    'Singapore’s desk must decide; London’s desk has received nothing',
    [alerted, london.ok && london.value.requests],
    [[report.fact.sequence], []],
  )

  await screen.say('An officer in Singapore approves. The child request to London is opened and validated like any other.')
  await advanceTo(stage, '2024-07-30T15:25:00+08:00')
  const agreed = await officer.act(
    parent.requestId,
    'FollowOnward',
    { report: report.fact.sequence },
    { idempotencyKey: 'follow-to-london' },
  )
  if (!agreed.ok) throw new Error(`FollowOnward was refused: ${agreed.error.code}, ${agreed.error.detail}`)
  const { fact: approval } = await desk.until(parent.requestId, 'OnwardFollowed')
  const childId = isFact(approval, 'OnwardFollowed') ? approval.data.child.requestId : 'none'
  const verified = await desk.until(childId, 'RequestVerified')
  const child = await takeOrder(stage, verified, '2024-07-30T15:40:00+08:00')
  await advanceTo(stage, '2024-07-30T16:30:00+08:00')
  await child.institution.answer(child.order, {
    kind: 'frozen',
    details: { amount: movedMoney, basis: 'FIU_SUSPENSION', reference: 'HOLD-13' },
  })
  const held = await desk.until(childId, 'FreezeReported')
  expectView(stage, held.view, { states: provisional('full'), frozen: movedMoney })

  const shown = await officer.show(parent.requestId)
  const children = shown.ok && shown.value.children.map(({ requestId, country, amount, phase }) => ({ requestId, country, amount, phase }))
  await prove(stage, 'The first request shows its child request and that the money is frozen', children, [
    { requestId: childId, country: 'GB', amount: movedMoney, phase: 'frozen' },
  ])
  await prove(stage, 'The child request names its parent', held.view.parent, { requestId: parent.requestId, hop: 1 })
  return { parent, child }
}

/** A court ends the hold on the remaining money, and the requester receives the outcome report. */
export async function playReleased(stage: Stage, { parent: { requestId, institution } }: ParentAndChild): Promise<void> {
  const { engine, screen, desk } = stage
  await screen.heading('8  Released: a court orders the release of the rest, and Singapore gets the outcome report')
  await screen.say('The rest in Kuala Lumpur turns out to belong to another person. Two judges order its release.')
  const data: CommandBody<'Release'> = { reason: 'CHALLENGE_UPHELD', authority: 'court in Kuala Lumpur', reference: 'KL-2024-0801' }
  const release = { country: 'MY', role: 'authority', requestId, command: 'Release', data } as const
  await advanceTo(stage, '2024-08-01T10:00:00+08:00')
  await propose(stage, release)
  await advanceTo(stage, '2024-08-01T10:30:00+08:00')
  await approve(stage, release)
  const { view } = await desk.until(requestId, 'FreezeReleased')
  expectView(stage, view, { states: ['closed.released'], frozen: usd('0.00'), released: rest, movedOnward: movedMoney })
  const order = await institution.order(requestId, 'release')
  await prove(stage, `An order to release USD 120,000 reached ${order.data.institution.name} automatically`, order.data.amount, rest)

  const notification = await (await engine.systemOf('SG')).outcomeOf(requestId)
  const outcome = notification.data.kind === 'outcome' ? notification.data.outcome : undefined
  for (const line of outcome ? describeOutcome(outcome) : []) await screen.note(line)
  await prove(stage, 'The outcome report of Singapore’s system is identical to the one on the desk', outcome, view.outcome)
  await prove(stage, 'All frozen money is accounted for: it was released, and none was recovered', outcome?.amounts, {
    requested: usd('500000.00'),
    frozen: rest,
    recovered: usd('0.00'),
    charges: usd('0.00'),
    movedOnward: movedMoney,
    released: rest,
  })
  const wholeCase = await engine.as('SG', 'officer').showCase('SG', goneAgain.caseReference)
  const sums = wholeCase.ok && wholeCase.value.sums?.map(({ requested, frozen, released }) => [requested, frozen, released])
  await prove(stage, 'The whole case, nothing counted twice: 500,000 requested, 380,000 frozen, 120,000 released', sums, [
    [usd('500000.00'), movedMoney, rest],
  ])
}

/** A hold is extended after a warning, within the limits of its country. */
export async function playExtended(stage: Stage, { child: { requestId } }: ParentAndChild): Promise<void> {
  const { screen, desk } = stage
  await screen.heading('9  Extended: a court in London gives the hold more time')
  await screen.say('The suspension in London lasts seven working days. Half of them pass; then a day is left.')
  await advanceTo(stage, '2024-08-07T17:30:00+08:00')
  await screen.say('British law lets the Crown Court add 31 days at a time, six months in all. Two officers sign.')
  const data: CommandBody<'ExtendFreeze'> = { basis: 'COURT', authority: 'Crown Court', reference: 'CC-2024-311', date: '2024-08-07' }
  const extend = { country: 'GB', role: 'authority', requestId, command: 'ExtendFreeze', data } as const
  await propose(stage, extend)
  await advanceTo(stage, '2024-08-07T18:15:00+08:00')
  await approve(stage, extend)
  const { fact, view } = await desk.until(requestId, 'FreezeExtended')
  expectView(stage, view, { states: provisional('full'), frozen: movedMoney })
  await prove(stage, 'Extended by 31 days from its previous end', isFact(fact, 'FreezeExtended') && fact.data.extended, [
    { hold: 0, expiresAt: '2024-09-08T08:30:00.000Z' },
  ])
}
