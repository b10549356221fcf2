import type { PersonalData } from '@holdfast/core'
import {
  type ActorWithProof,
  assigneePseudonymName,
  type CommandEvent,
  isWorkEvent,
  personOf,
  proofSubjectOf,
  pseudonymOf,
  pseudonymousActor,
  pseudonymousProof,
  type WorkDraft,
} from '@holdfast/schemas'
import { digestBytesWith, type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import type { PlaintextValues } from './encrypted-values.ts'

/**
 * Pseudonyms and blind indexes: keyed digests of encrypted names and values, so that the engine can compare them (ADR
 * 57, ADR 62). They can't be computed or guessed without the engine's secret.
 */
export interface KeyedDigests {
  /** The actor's pseudonym on one request, independent of letter case. It differs between requests. */
  onRequest(requestId: string, acts: ActorWithProof): ActorWithProof
  /** A person's pseudonym in the desk work of a country, the same for all requests. */
  atDesk(country: string, person: string): string
  /** The actor's pseudonym in an event about this request. */
  ofActor(event: CommandEvent | WorkDraft, requestId: string, acts: ActorWithProof): ActorWithProof
  /** Blind indexes of the values of an encrypted field, by name. */
  ofValues(event: CommandEvent | WorkDraft, values: PlaintextValues): (readonly [name: string, proofDigest: string])[]
}

export function createKeyedDigests(secret: EngineSecret, { blindIndexInputsOf }: Pick<PersonalData, 'blindIndexInputsOf'>): KeyedDigests {
  const deskDigestOf = (country: string, person: string): string => keyedDigestOf(secret, 'person of a desk', country, person.toLowerCase())

  function onRequest(requestId: string, { actor, actorproof }: ActorWithProof): ActorWithProof {
    const pseudonymous = { actor: pseudonymousActor(actor, keyedDigestOf(secret, 'person', requestId, actor.toLowerCase())) }
    if (actorproof === undefined) return pseudonymous
    const proofDigest = digestBytesWith(secret.keyFor('marks of proof'), requestId, proofSubjectOf(actorproof)).toString('base64url')
    return { ...pseudonymous, actorproof: pseudonymousProof(actorproof, proofDigest) }
  }

  return {
    onRequest,
    atDesk: (country, person) => pseudonymOf(deskDigestOf(country, person)),
    ofActor: (event, requestId, acts) =>
      isWorkEvent(event)
        ? { actor: pseudonymousActor(acts.actor, deskDigestOf(event.country, personOf(acts.actor))) }
        : onRequest(requestId, acts),
    ofValues(event, { '/to': to }) {
      if (isWorkEvent(event)) return typeof to === 'string' ? [[assigneePseudonymName, deskDigestOf(event.country, to)]] : []
      const compared = blindIndexInputsOf(event.data)
      return Object.entries(compared).map(([name, value]) => [name, keyedDigestOf(secret, name, value)] as const)
    },
  }
}
