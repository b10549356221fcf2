import type { KeyedDigest } from '@holdfast/core'
import {
  blindIndexNames,
  destinationIn,
  type Fact,
  type FreezeRequest,
  isFact,
  legalBasisIndexIn,
  paymentIndexIn,
  paymentKeyOf,
} from '../language/index.ts'

/** What validation keeps of a freeze request, next to its position in the ledger. */
export interface KnownRequest {
  readonly requestingCountry: string
  /** Blind index of the payment in the latest document: it neither reveals the payment nor allows guesses. */
  readonly paymentKey: string
  /** 0 for the first request of a case. */
  readonly hop: number
  readonly parentId: string | null
  /** The earlier accounts of the money, from the first on; known for a child that the engine opened. */
  readonly lineage: readonly string[]
  /** The account that this request is about. */
  readonly account: string
  readonly deniedTo: readonly string[]
  readonly caseReference: string
  /** Blind index of the legal basis in the latest document. */
  readonly law: string
}

export const knownAfter = (before: KnownRequest | undefined, fact: Fact, request: FreezeRequest, digestOf: KeyedDigest): KnownRequest => ({
  requestingCountry: request.requestingCountry,
  paymentKey: paymentIndexIn(fact.data) ?? digestOf(blindIndexNames.payment, paymentKeyOf(request)),
  hop: request.parent?.hop ?? 0,
  parentId: request.parent?.requestId ?? null,
  lineage: isFact(fact, 'RequestOpened') ? (fact.data.lineage ?? []) : (before?.lineage ?? []),
  account: destinationIn(request, fact.data),
  deniedTo: request.handling.deniedTo ?? [],
  caseReference: request.caseReference,
  law: legalBasisIndexIn(fact.data) ?? digestOf(blindIndexNames.legalBasis, request.offence.legalBasis),
})
