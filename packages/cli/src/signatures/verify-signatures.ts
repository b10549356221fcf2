import {
  type Encryptable,
  type Fact,
  factKindOf,
  formatActor,
  isFact,
  isKnownFact,
  quotedIn,
  type Signable,
  sha256Of,
  signedText,
  type UnknownFact,
} from '@holdfast/schemas'
import { type ChainProblem, createStoredEventVerifier, type Members } from '@holdfast/trust'
import { eventSignedFor, findDifference } from './signed-data.ts'

export interface SignatureReport {
  /** False where no registry was given: then all that are there are among the unread. */
  readonly checked: boolean
  /** Facts that are what a member signed, by a key of the registry. */
  readonly proved: number
  /** Facts that were signed, and the signature is sealed, destroyed with its key, or was not checked. */
  readonly unread: number
  /** Facts of members that nobody has signed. */
  readonly absent: number
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

const problemsMax = 1000

/**
 * Holds the signatures that facts keep against the keys of a registry, and against what the facts say: so who said what needs nobody's word. Keeps some 150 bytes for each signature, as one event that made two facts is
 * somebody else's doing.
 */
export function createSignatureVerifier(members: Members | undefined) {
  const verify = members && createStoredEventVerifier(members)
  const madeBy = new Map<string, string>()
  const problems: ChainProblem[] = []
  const counts = { proved: 0, unread: 0, absent: 0 }
  let problemCount = 0

  function judge(fact: Fact): keyof typeof counts | { readonly problem: string } | undefined {
    // What somebody proposed stands in the command that is quoted.
    const data: Signable & Encryptable = (isFact(fact, 'ActionProposed') ? quotedIn(fact.data) : undefined) ?? fact.data
    const { signed, sealed } = data
    if (!signed) return fact.actor.startsWith('holdfast/') ? undefined : 'absent'
    if (!verify || (signed.jws === undefined && sealed && !sealed.opened)) return 'unread'
    const event = eventSignedFor(fact, signed)
    if (!event) return { problem: 'says that it was signed, and what was signed is not there' }
    const speaker = verify(signed.jws, event, new Date(fact.time))
    if (!speaker.ok) return { problem: `has a signature that is not right: ${speaker.error.message}` }
    if (formatActor(speaker.value) !== fact.actor || speaker.value.proof !== fact.actorproof)
      return { problem: `says that it is of ${fact.actor}, and is signed by ${formatActor(speaker.value)}` }
    const differs = findDifference(fact, data, event)
    if (differs) return { problem: differs }
    const text = sha256Of(`${speaker.value.country} ${signedText(event)}`)
    const made = madeBy.get(text) ?? fact.id
    madeBy.set(text, made)
    return made === fact.id ? 'proved' : { problem: 'is made of a signed event that made another fact already' }
  }

  return {
    add(fact: Fact | UnknownFact, line: number): void {
      if (!isKnownFact(fact)) return
      const judged = judge(fact)
      if (typeof judged === 'string') counts[judged]++
      else if (judged && ++problemCount <= problemsMax)
        problems.push({ line, requestId: fact.subject, message: `fact ${fact.sequence} (${factKindOf(fact)}) ${judged.problem}` })
    },
    finish: (): SignatureReport => ({ checked: verify !== undefined, ...counts, problems, problemCount }),
  }
}

/** What of the facts is proved by signatures, in one sentence; undefined where no registry was given. */
export function describeSignatures({ checked, proved, unread, absent }: SignatureReport): string | undefined {
  if (!checked) return undefined
  const lacking = [
    ...(absent > 0 ? [`of ${absent} that nobody has signed`] : []),
    ...(unread > 0 ? [`of ${unread} whose signature is sealed or destroyed`] : []),
  ]
  const notProved = lacking.length > 0 ? ` Not proved by any, but by the engine's word: who said what ${lacking.join(', and ')}.` : ''
  const facts = proved === 1 ? '1 fact is what a member said' : `${proved} facts are what members said`
  return `Proved by signatures: ${facts}, by keys that the registry has for them.${notProved}`
}
