import { actionsOf, type ProposedWords } from '@holdfast/lifecycle'
import { createPolicy } from '@holdfast/profiles'
import {
  type ActionList,
  type ActsBy,
  actsBy,
  asSaid,
  documentOf,
  type FactOf,
  isFact,
  isKnownFact,
  quotedIn,
  type Sealable,
} from '@holdfast/schemas'
import { callerOf, personsNeedProof, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import type { DeskWorld } from '../desk-world.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../requests/request-id.ts'
import type { FoldedRequest } from '../view/request-view.ts'

/**
 * `GET /v1/requests/ID/actions`: every command that members give, whether the caller may give it now, and why not. The statechart is run here as the ledger runs it, so that
 * no page has to know it: folding a request of ten facts and trying its commands takes half a millisecond.
 */
export function getActions(context: ServiceContext, { views, expected, turns, words }: DeskWorld): void {
  const { http, profiles, clock } = context
  const policy = createPolicy(profiles, personsNeedProof(context))

  function actionsFor({ snapshot, facts }: FoldedRequest, proposals: ReadonlyMap<number, ProposedWords>, by: ActsBy): ActionList {
    const documented = facts.filter(isKnownFact).findLast(fact => documentOf(fact) !== undefined)
    const document = documented && documentOf(documented)
    if (!document) throw new Error(`${snapshot.requestId} has no document`)
    const asking = {
      by,
      time: clock.now().toISOString(),
      document,
      sealed: (documented.data as Sealable).sealed,
      proposedIn: (sequence: number) => proposals.get(sequence),
    }
    return { sequence: snapshot.sequence, actions: actionsOf(snapshot, asking, policy) }
  }

  http.get<{ Params: { id: string } }>('/v1/requests/:id/actions', async (request, reply) => {
    const caller = callerOf(request)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, caller.country)
    const folded = view && (await turns.take(caller.country, () => views.folded(view.requestId)))
    if (!folded) return sendRefusal(reply, requestUnknown)
    const proposals = folded.facts.filter(isKnownFact).filter(fact => isFact(fact, 'ActionProposed'))
    const given = await words.events(proposals)
    const proposed = new Map(proposals.map((stored, index) => [stored.sequence, proposedIn(stored, given[index] ?? stored)]))
    const by = words.actingOn(folded.snapshot.requestId, actsBy(caller))
    return reply.send(await turns.take(caller.country, () => actionsFor(folded, proposed, by)))
  })
}

const proposedIn = (stored: FactOf<'ActionProposed'>, given: FactOf<'ActionProposed'>): ProposedWords => ({
  given: { proposedBy: given.actor, at: given.time, data: asSaid(quotedIn(given.data) ?? {}) },
  stored: quotedIn(stored.data) ?? {},
})
