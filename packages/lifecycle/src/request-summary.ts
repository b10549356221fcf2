import {
  destinationIn,
  documentOf,
  type Fact,
  isFact,
  isKnownFact,
  isNext,
  type MovedOnward,
  type Phase,
  type Position,
  type RefusedCommand,
  type RequestView,
  type ResultingState,
  type UnknownFact,
} from '@holdfast/schemas'
import { minorOf, moneyOf, nothing } from './amounts.ts'
import { noRefusals, type Refusals } from './refusal-budgets.ts'
import { refusalsAfter } from './refusals.ts'
import { resultingStateOf } from './resulting-state.ts'
import { sharedAfter } from './shares-after.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'
import { movedOnwardView, type ViewParts, viewFrom } from './view.ts'

/** Money that moved onward, with the fact that reported it. */
type Reported = MovedOnward & { readonly fact: number }

/**
 * A request as its facts say that it stands: what everybody knows who reads the ledger and decides nothing. Only the ledger runs the statechart; each fact says what it led to.
 */
export interface RequestSummary extends Position, Omit<ViewParts, 'movedOnward' | 'isKeptFromAddressee'> {
  readonly phase: Phase
  readonly ledTo: ResultingState
  readonly movedOnward: readonly Reported[]
  /** The account it is about, and those where its money was before, oldest first, as digests (V26). */
  readonly place: string
  readonly ancestors: readonly string[]
  /** Countries that the newest document keeps the request from. */
  readonly deniedTo: readonly string[]
  /** It has been verified once, now or before. */
  readonly wasVerified: boolean
  readonly refusals: Refusals
}

/** Thrown for a fact that does not say what it led to, and for a first one without a document: no ledger of this project wrote it. */
class UnknownSummaryError extends Error {
  override readonly name = 'UnknownSummaryError'
}

/** A request as who ran the statechart knows that it stands. */
export function summaryOf(snapshot: RequestSnapshot): RequestSummary {
  const { requestId, sequence, hash, openedAt, updatedAt, refusals, sharedWith, state } = snapshot
  const { context } = state
  const { caseReference, currency, parentRequestId, hop, place, deniedTo } = context.document
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
    place,
    ancestors: context.ancestors,
    deniedTo,
    wasVerified: context.reached.verifiedAt !== null,
    movedOnward: context.movedOnward.map(moved => ({ ...movedOnwardView(currency, moved), fact: moved.report })),
    refusals,
    sharedWith,
    ledTo: resultingStateOf(snapshot),
  }
}

/** One step. A fact that is not the next one leaves the standing as it is. Throws UnknownSummaryError. */
export function evolveSummary(
  before: RequestSummary | undefined,
  fact: Fact | UnknownFact,
): { readonly accepted: boolean; readonly standing: RequestSummary | undefined } {
  if (!isNext(before, fact)) return { accepted: false, standing: before }
  const { ledTo } = fact.data
  if (!ledTo) throw new UnknownSummaryError(`fact ${fact.sequence} of ${fact.subject} does not say what it led to`)
  const documented = (isKnownFact(fact) ? documentedIn(fact) : undefined) ?? before
  if (!documented) throw new UnknownSummaryError(`${fact.subject} begins without a document`)
  return {
    accepted: true,
    standing: {
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
      place: documented.place,
      deniedTo: documented.deniedTo,
      wasVerified: before?.wasVerified === true || (isKnownFact(fact) && isFact(fact, 'RequestVerified')),
      ancestors: isKnownFact(fact) && isFact(fact, 'RequestOpened') ? (fact.data.lineage ?? []) : (before?.ancestors ?? []),
      movedOnward: isKnownFact(fact) ? movedOnwardAfter(before?.movedOnward ?? [], fact) : (before?.movedOnward ?? []),
      refusals: before?.refusals ?? noRefusals,
      sharedWith: sharedAfter(before?.sharedWith ?? [], fact),
      ledTo,
    },
  }
}

function documentedIn(fact: Fact): Pick<RequestSummary, 'caseReference' | 'parent' | 'place' | 'deniedTo'> | undefined {
  const request = documentOf(fact)
  return (
    request && {
      caseReference: request.caseReference,
      parent: request.parent ? { requestId: request.parent.requestId, hop: request.parent.hop } : null,
      place: destinationIn(request, fact.data),
      deniedTo: request.handling.deniedTo ?? [],
    }
  )
}

/**
 * Whether a request is kept from the country that it is addressed to (V16): its newest document says so, and nobody has verified it. What could still be a slip in either of two fields is shown to nobody; a country whose
 * institutions were told to hold money sees to it, whatever a later document says.
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

/** A request as readers see it. */
export const viewOfSummary = ({ movedOnward, ...standing }: RequestSummary): RequestView =>
  viewFrom({
    ...standing,
    movedOnward: movedOnward.map(({ fact: _fact, ...moved }) => moved),
    isKeptFromAddressee: isKeptFromAddressee(standing),
  })

/** The same of who ran the statechart. */
export const viewOf = (snapshot: RequestSnapshot): RequestView => viewOfSummary(summaryOf(snapshot))

/** One step of a refused command, by the rule of `foldRefusal`. */
export function evolveSummaryByRefusal(
  before: RequestSummary | undefined,
  refused: RefusedCommand,
): { readonly accepted: boolean; readonly standing: RequestSummary | undefined } {
  const refusals = before && refusalsAfter(before, refused)
  return refusals ? { accepted: true, standing: { ...before, refusals } } : { accepted: false, standing: before }
}

export const serializeSummary = (standing: RequestSummary): string => JSON.stringify(standing)

/** Reads what `serializeSummary` wrote. */
export const parseSummary = (text: string): RequestSummary => JSON.parse(text) as RequestSummary
