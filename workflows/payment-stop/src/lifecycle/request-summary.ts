import { noRefusals, type Refusals, refusalsAfter, sharedAfter } from '@holdfast/core'
import { isNextFact, type LedgerFact, type Position, type RefusedCommand } from '@holdfast/schemas'
import type { MovedOnward, PaymentStopView } from '../language/index.ts'
import {
  destinationIn,
  documentOf,
  type Fact,
  isFact,
  isKnownFact,
  type Phase,
  type ResultingState,
  type UnknownFact,
} from '../language/index.ts'
import { minorOf, moneyOf, nothing } from './amounts.ts'
import { resultingStateOf } from './resulting-state.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'
import { movedOnwardView, type ViewParts, viewFrom } from './view.ts'

/** Money moved onward, with the fact that reported it. */
type Reported = MovedOnward & { readonly fact: number }

/**
 * The state of a request for consumers that decide nothing. Only the ledger runs the statechart; each fact has its resulting
 * state.
 */
export interface RequestSummary extends Position, Omit<ViewParts, 'movedOnward' | 'isKeptFromAddressee'> {
  readonly phase: Phase
  readonly resultingState: ResultingState
  readonly movedOnward: readonly Reported[]
  /** The account of the request and the earlier accounts of the money, oldest first, as digests (V26). */
  readonly destinationId: string
  readonly ancestors: readonly string[]
  /** Countries that the newest document denies access to. */
  readonly deniedTo: readonly string[]
  /** Whether it has ever been verified. */
  readonly wasVerified: boolean
  readonly refusals: Refusals
}

/**
 * Thrown for a fact without a resulting state, and for a first fact without a document. No ledger of this project wrote
 * such facts.
 */
class UnknownSummaryError extends Error {
  override readonly name = 'UnknownSummaryError'
}

/** The summary of a snapshot, for services that run the statechart. */
export function summaryOf(snapshot: RequestSnapshot): RequestSummary {
  const { requestId, sequence, hash, openedAt, updatedAt, refusals, sharedWith, state } = snapshot
  const { context } = state
  const { caseReference, currency, parentRequestId, hop, place: destinationId, deniedTo } = context.document
  return {
    requestId,
    sequence,
    hash,
    openedAt,
    updatedAt,
    phase: phaseOf(state),
    requestingCountry: context.requestingCountry,
    beneficiaryCountry: context.beneficiaryCountry,
    caseReference,
    parent: parentRequestId ? { requestId: parentRequestId, hop } : null,
    destinationId,
    ancestors: context.ancestors,
    deniedTo,
    wasVerified: context.reached.verifiedAt !== null,
    movedOnward: context.movedOnward.map(moved => ({ ...movedOnwardView(currency, moved), fact: moved.report })),
    refusals,
    sharedWith,
    resultingState: resultingStateOf(snapshot),
  }
}

/** Evolves the summary by one fact. A fact that is not the next one leaves it unchanged. Throws UnknownSummaryError. */
export function evolveSummary(
  before: RequestSummary | undefined,
  next: LedgerFact,
): { readonly accepted: boolean; readonly summary: RequestSummary | undefined } {
  const fact = next as Fact | UnknownFact
  if (!isNextFact(before, fact)) return { accepted: false, summary: before }
  const { resultingState } = fact.data
  if (!resultingState) throw new UnknownSummaryError(`fact ${fact.sequence} of ${fact.subject} has no resulting state`)
  const documented = (isKnownFact(fact) ? documentedIn(fact) : undefined) ?? before
  if (!documented) throw new UnknownSummaryError(`${fact.subject} starts without a document`)
  return {
    accepted: true,
    summary: {
      requestId: fact.subject,
      sequence: fact.sequence,
      hash: fact.hash,
      phase: fact.phase,
      openedAt: before?.openedAt ?? fact.time,
      updatedAt: fact.time,
      requestingCountry: before?.requestingCountry ?? fact.requestingcountry,
      beneficiaryCountry: before?.beneficiaryCountry ?? fact.beneficiarycountry,
      caseReference: documented.caseReference,
      parent: documented.parent,
      destinationId: documented.destinationId,
      deniedTo: documented.deniedTo,
      wasVerified: before?.wasVerified === true || (isKnownFact(fact) && isFact(fact, 'RequestVerified')),
      ancestors: isKnownFact(fact) && isFact(fact, 'RequestOpened') ? (fact.data.lineage ?? []) : (before?.ancestors ?? []),
      movedOnward: isKnownFact(fact) ? movedOnwardAfter(before?.movedOnward ?? [], fact) : (before?.movedOnward ?? []),
      refusals: before?.refusals ?? noRefusals,
      sharedWith: sharedAfter(before?.sharedWith ?? [], fact),
      resultingState,
    },
  }
}

function documentedIn(fact: Fact): Pick<RequestSummary, 'caseReference' | 'parent' | 'destinationId' | 'deniedTo'> | undefined {
  const request = documentOf(fact)
  return (
    request && {
      caseReference: request.caseReference,
      parent: request.parent ? { requestId: request.parent.requestId, hop: request.parent.hop } : null,
      destinationId: destinationIn(request, fact.data),
      deniedTo: request.handling.deniedTo ?? [],
    }
  )
}

/**
 * Whether access of the beneficiary country is denied (V16): the newest document says so, and the request was never
 * verified. A contradiction between these two fields may be a slip, so no country sees the request. Once its institutions
 * had an order to freeze, the country keeps its access, whatever a later document says.
 */
export const isKeptFromAddressee = ({
  beneficiaryCountry,
  deniedTo,
  wasVerified,
}: Pick<RequestSummary, 'beneficiaryCountry' | 'deniedTo' | 'wasVerified'>): boolean =>
  !wasVerified && deniedTo.includes(beneficiaryCountry)

function movedOnwardAfter(known: readonly Reported[], fact: Fact): readonly Reported[] {
  if (isFact(fact, 'MovedOnwardReported')) {
    const { amount, country, onward, child, proposed, childless } = fact.data
    const waits = proposed !== undefined && onward !== undefined
    return [
      ...known,
      {
        country,
        amount: moneyOf(amount.currency, minorOf(amount) ?? nothing),
        ...(child ? { childRequestId: child.requestId } : {}),
        ...(childless ? { childless } : {}),
        ...(waits ? { report: fact.sequence } : {}),
        fact: fact.sequence,
      },
    ]
  }
  if (isFact(fact, 'OnwardFollowed'))
    return known.map(each => {
      if (each.fact !== fact.data.report || each.report === undefined) return each
      const { report: _report, declined: _declined, ...rest } = each
      return { ...rest, childRequestId: fact.data.child.requestId }
    })
  if (isFact(fact, 'OnwardDeclined'))
    return known.map(each => (each.fact === fact.data.report && each.report !== undefined ? { ...each, declined: true as const } : each))
  if (isFact(fact, 'AnswerCorrected') && fact.data.corrects === 'movedOnward') return known.filter(each => each.fact !== fact.data.report)
  return known
}

/** The view of a request for readers. */
export const viewOfSummary = ({ movedOnward, ...standing }: RequestSummary): PaymentStopView =>
  viewFrom({
    ...standing,
    movedOnward: movedOnward.map(({ fact: _fact, ...moved }) => moved),
    isKeptFromAddressee: isKeptFromAddressee(standing),
  })

/** The view of a snapshot, for services that run the statechart. */
export const viewOf = (snapshot: RequestSnapshot): PaymentStopView => viewOfSummary(summaryOf(snapshot))

/** Evolves the summary by one refused command, by the same rule as `evolveByRefusal`. */
export function evolveSummaryByRefusal(
  before: RequestSummary | undefined,
  refused: RefusedCommand,
): { readonly accepted: boolean; readonly summary: RequestSummary | undefined } {
  const refusals = before && refusalsAfter(before, refused)
  return refusals ? { accepted: true, summary: { ...before, refusals } } : { accepted: false, summary: before }
}

export const serializeSummary = (summary: RequestSummary): string => JSON.stringify(summary)

/** Parses what `serializeSummary` wrote. */
export const parseSummary = (text: string): RequestSummary => JSON.parse(text) as RequestSummary
