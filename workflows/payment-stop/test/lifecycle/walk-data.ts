import { type CommandKind, type FreezeRequest, fromMinor, type Money } from '../../src/language/index.ts'
import { accountedMinorOf } from '../../src/lifecycle/context.ts'
import { deadlinesOf, heldMinorOf, type RequestSnapshot } from '../../src/lifecycle/index.ts'
import type { Dice } from './dice.ts'
import { at, opening, request, requestId } from './world.ts'

export const documents: readonly FreezeRequest[] = [
  request,
  request,
  request,
  { ...request, requestedAmount: { currency: 'USD', value: '400.00' } },
  { ...request, requestedAmount: { currency: 'USD', value: '990.000' } },
  { ...request, parent: { requestId, hop: 2 } },
  { ...request, handling: { ...request.handling, deniedTo: ['MY'] } },
  { ...request, parent: { requestId, hop: 3 }, payment: { ...request.payment, executedAt: '2024-07-19T16:00:00+08:00' } },
  { ...request, payment: { ...request.payment, amount: { currency: 'JPY', value: '2000' } } },
]
export const unusable: FreezeRequest = { ...request, payment: { ...request.payment, amount: { currency: 'JPY', value: '10.50' } } }
const elsewhere: FreezeRequest = { ...request, beneficiaryCountry: 'MY' }

/** An amount near a limit, in minor units: all of it, a part, slightly too much, or in another currency. */
function moneyAbout(wholeMinor: bigint, currency: string, dice: Dice): Money {
  if (dice.oneIn(40)) return { currency: currency === 'EUR' ? 'USD' : 'EUR', value: '1.00' }
  if (dice.oneIn(40)) return { currency, value: '0.00001' }
  const amountMinor = dice.oneOf([wholeMinor, wholeMinor, wholeMinor / 2n, wholeMinor / 2n, wholeMinor / 3n, 1n, wholeMinor + 1n])
  return fromMinor(currency, amountMinor > 0n ? amountMinor : 1n)
}

const orderOf = (dice: Dice) => ({ authority: 'A court', reference: dice.oneOf(['R-1', 'R-1', 'R-2']), date: '2024-07-24' })

/** Data that matches the schema of a command. It may make no sense in the current state. */
export function dataOf(kind: CommandKind, snapshot: RequestSnapshot | undefined, dice: Dice, hours: number): object {
  const context = snapshot?.state.context
  // An invalid amount has no usable currency.
  const currency = context?.document.requestedMinor == null ? 'USD' : context.document.currency
  const remaining = context ? BigInt(context.document.requestedMinor ?? 0) - BigInt(accountedMinorOf(context)) : 0n
  const held = context ? BigInt(heldMinorOf(context)) : 0n
  const basis = dice.oneOf(['VOLUNTARY', 'FIU_SUSPENSION', 'FIU_SUSPENSION', 'FIU_SUSPENSION', 'POLICE_ORDER', 'COURT'] as const)
  const end = (...choices: readonly number[]) => (dice.oneIn(4) ? {} : { expiresAt: at(Math.ceil(hours) + dice.oneOf(choices)) })
  switch (kind) {
    case 'OpenRequest':
      return { request }
    case 'PassAssessment':
      return { findings: [] }
    case 'SendToReview':
      return { findings: [], ...dice.oneOf([{}, { officers: 1 }, { officers: 2 }]) }
    case 'AskInformation':
      return { question: 'Whose account is it?' }
    case 'Reject':
      return { code: dice.oneOf(['IMMUNITY', 'ARTICLE_3'] as const) }
    case 'MarkDuplicate':
      return { standingRequestId: requestId, findings: [] }
    case 'ProposeVerification':
    case 'ApproveVerification':
      return {}
    case 'ProvideInformation': {
      const document = dice.oneIn(15) ? dice.oneOf([unusable, elsewhere]) : dice.oneOf(documents)
      return dice.oneOf([{ note: 'It is his' }, { request: document }, { request: document, note: 'It is his' }])
    }
    case 'AcknowledgeOrder':
      return { orderId: requestId }
    case 'ReportFreeze':
      return { amount: moneyAbout(remaining, currency, dice), basis, ...end(24, 24, 50, 50, 90, 90, 100, 700, 800, 0) }
    case 'ReportNoFunds':
      return { reason: 'AM04' }
    case 'ReportNotFound':
      return { reason: dice.oneOf(['AC03', 'AC04', 'NOOR'] as const) }
    case 'ReportMovedOnward': {
      const amount = moneyAbout(dice.oneIn(3) ? remaining : remaining / 4n, currency, dice)
      const { amount: _amount, debtor: _debtor, debtorAgent: _agent, ...payment } = request.payment
      const onward = { ...payment, creditor: { name: 'A mule', account: { other: dice.oneOf(['2', '3', '4']) } } }
      return { amount, country: dice.oneOf(['MY', 'MY', 'TL', 'SG', 'VU', 'XX']), ...(dice.oneIn(4) ? {} : { onward }) }
    }
    case 'FollowOnward':
    case 'DeclineOnward': {
      const waiting = context?.movedOnward.filter(({ proposed }) => proposed !== null) ?? []
      const report = waiting.length > 0 && !dice.oneIn(8) ? dice.oneOf(waiting).report : (snapshot?.sequence ?? 1)
      return kind === 'FollowOnward' ? { report } : { report, reason: 'It went back' }
    }
    case 'ReportInterim':
      return { reason: dice.oneOf(['S000', 'RQDA', 'ADAC', 'CUST', 'NOAS', 'ARPL'] as const) }
    case 'CorrectAnswer': {
      const reports = [...(context?.holds ?? []), ...(context?.movedOnward ?? [])].map(({ report }) => report)
      const report = reports.length === 0 || dice.oneIn(3) ? {} : { report: dice.oneOf(reports) }
      return {
        corrects: dice.oneOf(['frozen', 'movedOnward', 'noFunds', 'notFound'] as const),
        ...report,
        reason: 'It was another account',
      }
    }
    case 'ConfirmFreeze':
      return { instrument: 'COURT_ORDER', ...orderOf(dice), ...end(100, 1_000, 0) }
    case 'ExtendFreeze':
      return { basis: dice.oneOf(['COURT', 'COURT', 'COURT', 'PROSECUTOR'] as const), ...orderOf(dice), ...end(60, 110, 200, 2_000) }
    case 'InitiateReturn':
      return { basis: dice.oneOf(['CONSENT', 'INDEMNITY', 'ORDER'] as const) }
    case 'ReportReturn': {
      const charges = dice.oneIn(3) ? { charges: fromMinor(currency, BigInt(dice.oneOf([0, 1, 100]))) } : {}
      return { amount: moneyAbout('charges' in charges && held > 100n ? held - 100n : held, currency, dice), ...charges, reference: 'P4-1' }
    }
    case 'Withdraw':
      return { reason: 'The victim has its money' }
    case 'Release':
      return { reason: dice.oneOf(['WRONG_PARTY', 'NOT_CONFIRMED', 'CHALLENGE_UPHELD'] as const) }
    case 'CloseUnrecovered':
      return { reason: 'FORFEITED', authority: 'A court', reference: dice.oneOf(['R-3', 'R-4']) }
    case 'Reopen': {
      if (dice.oneIn(2)) return { reason: 'A new trace' }
      return { reason: 'A new trace', request: dice.oneIn(15) ? dice.oneOf([unusable, elsewhere]) : dice.oneOf(documents) }
    }
    case 'ShareRequest': {
      const unit = dice.oneOf([
        { country: 'TL', unit: 'cybercrime' },
        { country: 'SG', unit: 'antiScamCentre' },
        { country: 'VU', unit: 'cybercrime' },
        { country: 'XP', unit: 'generalSecretariat' },
      ] as const)
      return { with: unit, extent: dice.oneOf(['standing', 'history'] as const), purpose: 'It knows the accounts' }
    }
    case 'WithdrawShare': {
      const standing = snapshot?.sharedWith ?? []
      return { share: standing.length > 0 && !dice.oneIn(8) ? dice.oneOf(standing).share : 1, reason: 'It is done' }
    }
    case 'ReportUndelivered':
      return { orderId: requestId, order: 'freeze', recipient: 'A bank', attempts: 9, why: 'HTTP 503' }
    case 'OrderErasure':
      return orderOf(dice)
    case 'RecordDestruction':
      return { because: 'RETENTION_OVER', keys: 2, intendedAt: at(hours), destroyedAt: at(hours) }
    case 'LodgeChallenge':
      return { decidingBody: 'A court of appeal', reference: dice.oneOf(['A-3', 'A-4']), date: '2024-07-25' }
    case 'DecideChallenge':
      return { decision: dice.oneOf(['FOR_HOLDER', 'AGAINST_HOLDER', 'AGAINST_HOLDER'] as const), reference: 'A-3' }
    case 'ConfirmDestruction':
      return { confirmedAt: at(hours) }
    case 'DeadlinePassed': {
      const armed = snapshot ? deadlinesOf(snapshot) : []
      if (armed.length === 0 || dice.oneIn(10))
        return { kind: dice.oneOf(['holdExpiry', 'execute', 'verify'] as const), dueAt: at(Math.floor(hours)) }
      // Mostly the earliest, like a clock.
      return dice.oneIn(4) ? dice.oneOf(armed) : (armed[0] ?? {})
    }
  }
}

/** The time at which a deadline is reported: mostly after it is due. */
export function timeOf({ dueAt }: { readonly dueAt: string }, dice: Dice, hours: number): string {
  const dueHours = (Date.parse(dueAt) - Date.parse(opening)) / 3_600_000
  return dice.oneIn(15) ? at(dueHours - 0.5) : at(Math.max(dueHours, hours))
}
