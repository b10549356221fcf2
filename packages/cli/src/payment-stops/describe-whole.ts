import type { ChildView, PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import { type Fact, factKindOf, isFact } from '@holdfast/payment-stop/language'
import { alertOf, alertOfRefusal } from '@holdfast/payment-stop/lifecycle'
import { namesOfPseudonyms, printable, type RefusedCommand, type RequestWithHistory, readableActor } from '@holdfast/schemas'
import { Failure, type Terminal } from '../terminal.ts'
import { describeMoney, describeRequest, describeUnfollowed } from './describe-request.ts'

/** A request for people, with its onward requests, history and refusals. */
export function describeWhole(
  { request, history, children, refusals = [] }: RequestWithHistory<PaymentStopTypes>,
  colors: Terminal['colors'],
): string {
  if (!Array.isArray(history)) throw new Failure('the engine sent a request without its history')
  const section = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `\n${colors.bold(name)}\n${lines.map(line => `  ${line}\n`).join('')}`
  return [
    describeRequest(request, colors, namesOfPseudonyms(history)),
    section(
      'children',
      children.map(child => describeChild(request, child)),
    ),
    section('alerts', [...alertsOf(request, history), ...lateAnswers(refusals)].map(printable)),
    section('corrections', history.flatMap(correctionIn)),
    section(
      'history',
      history.map(
        fact => `${printable(`${placeOf(fact)}  ${factKindOf(fact).padEnd(22)}`)} ${colors.dim(printable(readableActor(fact.actor)))}`,
      ),
    ),
    section(
      'refused',
      refusals.map(refused => `${printable(describeRefused(refused))} ${colors.dim(printable(readableActor(refused.actor)))}`),
    ),
  ].join('')
}

/** Which answer was corrected, and why. The reason is personal data: it is absent after an erasure. */
function correctionIn(fact: Fact): string[] {
  if (!isFact(fact, 'AnswerCorrected')) return []
  const { corrects, report, amount, reason } = fact.data as Partial<typeof fact.data>
  const answer = `${corrects}${amount ? ` ${describeMoney(amount)}` : ''} of fact ${report}`
  return [printable(`${placeOf(fact)}  ${answer} was wrong: ${reason ?? 'its reason was erased'}`)]
}

const describeRefused = ({ aftersequence, time, data: { command, code } }: RefusedCommand) =>
  `${placeOf({ sequence: aftersequence, time })}  ${command}: ${code}`

/** Both countries must look at these, so both read the same message. */
const lateAnswers = (refusals: readonly RefusedCommand[]): string[] =>
  refusals.flatMap(refused => {
    const { beneficiary } = alertOfRefusal(refused)
    return beneficiary ? [`${placeOf({ sequence: refused.aftersequence, time: refused.time })}  ${beneficiary.message}`] : []
  })

const placeOf = ({ sequence, time }: Pick<Fact, 'sequence' | 'time'>) => `${String(sequence).padStart(3)}  ${time}`

function describeChild(parent: PaymentStopView, { requestId, country, amount, states, amounts, ...unfollowed }: ChildView): string {
  const standing = states
    ? `${states.join(' · ')}; frozen ${describeMoney(amounts?.frozen)}, recovered ${describeMoney(amounts?.recovered)}`
    : requestId
      ? 'not open yet, or hidden from your country'
      : describeUnfollowed(parent.requestId, unfollowed)
  return printable(`${requestId ?? '–'.padEnd(36)}  ${country}  ${describeMoney(amount)}  ${standing}`)
}

/**
 * The open alerts of either country: facts that raise one, proposals that wait, and money moved onward that waits for a
 * decision.
 */
function alertsOf({ proposals, movedOnward }: PaymentStopView, history: readonly Fact[]): string[] {
  const waiting = new Set([
    ...proposals.map(({ sequence }) => sequence),
    ...movedOnward.flatMap(({ report, declined }) => (report === undefined || declined ? [] : [report])),
  ])
  return history.flatMap(fact => {
    const told = alertOf(fact)
    const [requester, beneficiary] = [told.requester?.message, told.beneficiary?.message]
    const isProposed = isFact(fact, 'ActionProposed') || (isFact(fact, 'MovedOnwardReported') && fact.data.proposed !== undefined)
    if (isProposed && !waiting.has(fact.sequence)) return []
    if (requester === beneficiary) return requester ? [`${placeOf(fact)}  ${requester}`] : []
    return [
      ...(requester ? [`${placeOf(fact)}  ${fact.requestingcountry}: ${requester}`] : []),
      ...(beneficiary ? [`${placeOf(fact)}  ${fact.beneficiarycountry}: ${beneficiary}`] : []),
    ]
  })
}
