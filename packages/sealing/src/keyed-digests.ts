import {
  type ActsBy,
  assigneePseudonymName,
  type Command,
  comparedBy,
  isOfWork,
  personOf,
  provenOf,
  pseudonymOf,
  pseudonymousActor,
  pseudonymousProof,
  type WorkDraft,
} from '@holdfast/schemas'
import { digestBytesWith, type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import type { PlaintextValues } from './encrypted-values.ts'

/** What stands for words and names where they lie in boxes, so that the engine can compare them (ADR 57, ADR 62). Nobody can make or guess one without the secret of the engine. */
export interface KeyedDigests {
  /** Who acts, as the history of a request calls him: in either case of the letters the same, and another one on another request. */
  onRequest(requestId: string, acts: ActsBy): ActsBy
  /** What stands for a person in the work of the desk of a country, whatever request it is about. */
  atDesk(country: string, person: string): string
  /** Who acts in an event about this request. */
  ofActor(event: Command | WorkDraft, requestId: string, acts: ActsBy): ActsBy
  /** Of what lies in a block: by name. */
  ofWords(event: Command | WorkDraft, values: PlaintextValues): (readonly [name: string, mark: string])[]
}

export function createKeyedDigests(secret: EngineSecret): KeyedDigests {
  const deskDigestOf = (country: string, person: string): string => keyedDigestOf(secret, 'person of a desk', country, person.toLowerCase())

  function onRequest(requestId: string, { actor, actorproof }: ActsBy): ActsBy {
    const marked = { actor: pseudonymousActor(actor, keyedDigestOf(secret, 'person', requestId, actor.toLowerCase())) }
    if (actorproof === undefined) return marked
    const mark = digestBytesWith(secret.keyFor('marks of proof'), requestId, provenOf(actorproof)).toString('base64url')
    return { ...marked, actorproof: pseudonymousProof(actorproof, mark) }
  }

  return {
    onRequest,
    atDesk: (country, person) => pseudonymOf(deskDigestOf(country, person)),
    ofActor: (event, requestId, acts) =>
      isOfWork(event)
        ? { actor: pseudonymousActor(acts.actor, deskDigestOf(event.country, personOf(acts.actor))) }
        : onRequest(requestId, acts),
    ofWords(event, { '/to': to }) {
      if (isOfWork(event)) return typeof to === 'string' ? [[assigneePseudonymName, deskDigestOf(event.country, to)]] : []
      const compared = comparedBy(event.data as Parameters<typeof comparedBy>[0])
      return Object.entries(compared).map(([name, value]) => [name, keyedDigestOf(secret, name, value)] as const)
    },
  }
}
