import { recordsProposal, type Workflow } from '@holdfast/core'
import {
  type Encryptable,
  type EventToSign,
  factTypePrefix,
  formatActor,
  type LedgerFact,
  quotedDataOf,
  type Signable,
  type Signed,
  sha256Of,
  signedText,
} from '@holdfast/schemas'
import { type ChainProblem, createStoredEventVerifier, type Members } from '@holdfast/trust'

export interface SignatureReport {
  /** False without a registry: then all signatures count as unread. */
  readonly checked: boolean
  /** Facts that are what a member signed, with a key of the registry. */
  readonly proved: number
  /** Signed facts whose signature is encrypted, erased, or not checked. */
  readonly unread: number
  /** Facts of members without a signature. */
  readonly absent: number
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

const problemsMax = 1000

/** What members sign in a workflow. */
export interface SignedWorkflow extends Pick<Workflow, 'isKnownFact'> {
  /** The event whose signature a fact stores; undefined if it is missing or malformed. */
  eventSignedFor(fact: LedgerFact, signed: Partial<Signed>): EventToSign | undefined
  /** How a fact with this data differs from the signed event; undefined if it does not. */
  findDifference(fact: LedgerFact, data: object, event: EventToSign): string | undefined
}

/**
 * Verifies the signatures in facts with the keys of a registry, and compares the signed events with the facts. So the
 * actor is proved without trust in the engine. Keeps about 150 bytes for each signature: one signed event must not make
 * two facts.
 */
export function createSignatureVerifier(members: Members | undefined, { isKnownFact, eventSignedFor, findDifference }: SignedWorkflow) {
  const verify = members && createStoredEventVerifier(members)
  const madeBy = new Map<string, string>()
  const problems: ChainProblem[] = []
  const counts = { proved: 0, unread: 0, absent: 0 }
  let problemCount = 0

  function judge(fact: LedgerFact): keyof typeof counts | { readonly problem: string } | undefined {
    // The data of a proposal is in the command that it quotes.
    const data: Signable & Encryptable = (recordsProposal(fact) ? quotedDataOf(fact.data) : undefined) ?? fact.data
    const { signed, encrypted } = data
    if (!signed) return fact.actor.startsWith('holdfast/') ? undefined : 'absent'
    if (!verify || (signed.jws === undefined && encrypted && !encrypted.decrypted)) return 'unread'
    const event = eventSignedFor(fact, signed)
    if (!event) return { problem: 'states a signature, but the signed event is missing' }
    const principal = verify(signed.jws, event, new Date(fact.time))
    if (!principal.ok) return { problem: `has an invalid signature: ${principal.error.message}` }
    if (formatActor(principal.value) !== fact.actor || principal.value.proof !== fact.actorproof)
      return { problem: `names ${fact.actor} as its actor, but is signed by ${formatActor(principal.value)}` }
    const differs = findDifference(fact, data, event)
    if (differs) return { problem: differs }
    const text = sha256Of(`${principal.value.country} ${signedText(event)}`)
    const made = madeBy.get(text) ?? fact.id
    madeBy.set(text, made)
    return made === fact.id ? 'proved' : { problem: 'is made from a signed event that already made another fact' }
  }

  return {
    add(fact: LedgerFact, line: number): void {
      if (!isKnownFact(fact.type)) return
      const judged = judge(fact)
      if (typeof judged === 'string') counts[judged]++
      else if (judged && ++problemCount <= problemsMax)
        problems.push({
          line,
          requestId: fact.subject,
          message: `fact ${fact.sequence} (${fact.type.slice(factTypePrefix.length)}) ${judged.problem}`,
        })
    },
    finish: (): SignatureReport => ({ checked: verify !== undefined, ...counts, problems, problemCount }),
  }
}

/** What signatures prove of the facts, in one sentence; undefined without a registry. */
export function describeSignatures({ checked, proved, unread, absent }: SignatureReport): string | undefined {
  if (!checked) return undefined
  const lacking = [
    ...(absent > 0 ? [`of ${absent} without a signature`] : []),
    ...(unread > 0 ? [`of ${unread} whose signature is encrypted or erased`] : []),
  ]
  const notProved = lacking.length > 0 ? ` Only the engine states the actors ${lacking.join(', and ')}.` : ''
  const facts = proved === 1 ? '1 fact is what a member signed' : `${proved} facts are what members signed`
  return `Proved by signatures: ${facts}, with keys of the registry.${notProved}`
}
