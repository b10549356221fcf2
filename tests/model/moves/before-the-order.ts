import { trustingCountry } from '../countries.ts'
import { documentFor, type Verdict, verdicts } from '../documents.ts'
import type { Body, ModelState } from '../model-state.ts'
import { beneficiary, formatGiver, give, isIn, type Move, requester, requestersOfficer } from './move.ts'

const requestersSystem = requester('system', 'ncb')
const maker = beneficiary('officer', 'maker')
const checker = beneficiary('officer', 'checker')

const opening = (verdict: Verdict): Move => ({
  type: `a request is sent to which the rules say ${verdict}`,
  step: () => ({
    cause: { by: 'a new request', verdict },
    body: { type: 'RequestOpened', data: { request: documentFor(verdict) } },
    actor: formatGiver(requestersSystem()),
    verdict,
  }),
})

/** The walker of the path supplies the id of the request for the same payment. */
export const standingRequest = '00000000-0000-5000-8000-000000000000'

const said: Readonly<Record<Verdict, Body>> = {
  pass: { type: 'RequestVerified', data: { findings: [] } },
  reviewByTwo: { type: 'ReviewRequested', data: { findings: [], officers: 2 } },
  reviewByOne: { type: 'ReviewRequested', data: { findings: [], officers: 1 } },
  ask: { type: 'InformationRequested', data: { findings: [] } },
  reject: { type: 'RequestRejected', data: { code: 'ARTICLE_3', findings: [] } },
  duplicate: { type: 'DuplicateDetected', data: { standingRequestId: standingRequest, findings: [] } },
}

const assessment: Move = {
  type: 'the rules say what they say to the document',
  step: standing =>
    standing.state.matches({ received: 'assessing' })
      ? { cause: { by: 'the rules' }, body: said[standing.verdict], actor: 'holdfast/validation/rules' }
      : undefined,
}

/** Documents for a correction: the country of a request never changes. */
const corrections = verdicts.filter(verdict => verdict !== 'reviewByOne')
const canCorrect = ({ state }: ModelState) => state.context.beneficiaryCountry === trustingCountry

const onTheDocument: readonly Move[] = [
  ...corrections.map(verdict =>
    give(
      `the requester sends a corrected document to which the rules say ${verdict}`,
      requestersOfficer,
      'ProvideInformation',
      standing => {
        const data = { request: documentFor(verdict) }
        return canCorrect(standing) ? { data, body: { type: 'InformationProvided', data }, verdict } : undefined
      },
    ),
  ),
  give('the requester answers in words', requestersOfficer, 'ProvideInformation', () => {
    const data = { note: 'The victim has confirmed the account by telephone.' }
    return { data, body: { type: 'InformationProvided', data } }
  }),
  ...corrections.map(verdict =>
    give(`the requester reopens it with a document to which the rules say ${verdict}`, requestersOfficer, 'Reopen', standing => {
      const data = { reason: 'The document has been corrected', request: documentFor(verdict) }
      return canCorrect(standing) ? { data, body: { type: 'RequestReopened', data }, verdict } : undefined
    }),
  ),
  give('the beneficiary desk reopens it', maker, 'Reopen', () => {
    const data = { reason: 'The money has been seen again' }
    return { data, body: { type: 'RequestReopened', data } }
  }),
]

/** The question, from any actor. */
export const asked = { question: 'Whose account is it?' }

const inReview: readonly Move[] = [
  give('an officer proposes the verification', maker, 'ProposeVerification', () => ({
    data: {},
    body: { type: 'VerificationProposed', data: {} },
  })),
  give('the officer who may verify alone does', maker, 'ApproveVerification', ({ state: { context } }) =>
    context.review.officers === 1 ? { data: {}, body: { type: 'RequestVerified', data: { findings: [] } } } : undefined,
  ),
  give('another officer verifies what one has proposed', checker, 'ApproveVerification', ({ state: { context } }) =>
    context.review.proposedBy === null
      ? undefined
      : { data: {}, body: { type: 'RequestVerified', data: { findings: [], proposedBy: context.review.proposedBy } } },
  ),
  give('an officer asks', maker, 'AskInformation', () => ({ data: asked, body: { type: 'InformationRequested', data: asked } })),
  give('an officer rejects it', checker, 'Reject', () => {
    const data = { code: 'NE_BIS_IN_IDEM' } as const
    return { data, body: { type: 'RequestRejected', data } }
  }),
  give("the requester's system withdraws it", requestersSystem, 'Withdraw', standing => {
    const data = { reason: 'The bank has returned it by itself' }
    // Once money is frozen, two officers withdraw.
    return isIn(standing, 'frozen') ? undefined : { data, body: { type: 'RequestWithdrawn', data } }
  }),
]

/** The moves of a document: sent, assessed, questioned, reviewed, rejected, withdrawn, corrected and reopened. */
export const beforeTheOrder: readonly Move[] = [...verdicts.map(opening), assessment, ...onTheDocument, ...inReview]
