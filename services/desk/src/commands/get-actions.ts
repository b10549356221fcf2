import { type Action, type AnyState, type ProposedData, recordsProposal, type Snapshot } from '@holdfast/core'
import { callerOf, sendRefusal } from '@holdfast/http'
import { type ActorWithProof, actorWithProofOf, asSubmitted, type Encryptable, type LedgerFact, quotedDataOf } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { DeskWorld } from '../desk-world.ts'
import type { RequestState } from '../projection/request-states.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'

/**
 * `GET /v1/requests/ID/actions`: every command of members, whether the caller may send it now, and why not. The desk
 * decides as the ledger does, so that the page needs no statechart.
 */
export function getActions(
  context: ServiceContext,
  { deskOf, policyOf, views, requestStates, expected, turns, decrypter }: DeskWorld,
): void {
  const { http, clock } = context

  const factAt = (requestId: string, sequence: number): LedgerFact | undefined => views.factsAfter(requestId, sequence - 1, 1)[0]

  /** Proposals that await a second officer. The state keeps a few per member role. */
  const proposalsOf = (snapshot: Snapshot<AnyState>): LedgerFact[] =>
    deskOf(snapshot.requestId)
      .workflow.actions.proposalsOf(snapshot)
      .flatMap(({ sequence }) => factAt(snapshot.requestId, sequence) ?? [])
      .filter(recordsProposal)

  function actionsFor(
    { snapshot, documentSequence }: RequestState,
    proposals: ReadonlyMap<number, ProposedData>,
    by: ActorWithProof,
  ): { readonly sequence: number; readonly actions: readonly Action[] } {
    const { workflow } = deskOf(snapshot.requestId)
    const documented = factAt(snapshot.requestId, documentSequence)
    const document = documented && workflow.documentOf(documented)
    if (!document) throw new Error(`${snapshot.requestId} has no document`)
    const conditions = {
      by,
      time: clock.now().toISOString(),
      document,
      encrypted: (documented.data as Encryptable).encrypted,
      level: views.levelOf(snapshot.requestId),
      proposedIn: (sequence: number) => proposals.get(sequence),
    }
    return { sequence: snapshot.sequence, actions: workflow.actions.actionsOf(snapshot, conditions, policyOf(workflow)) }
  }

  http.get<{ Params: { id: string } }>('/v1/requests/:id/actions', async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, country)
    const known = view && (await requestStates.find(view.requestId, country))
    if (!known) return sendRefusal(reply, requestUnknown)
    const proposals = await turns.take(country, () => proposalsOf(known.snapshot))
    const decrypted = await decrypter.events(proposals)
    const proposed = new Map(proposals.map((stored, index) => [stored.sequence, proposedIn(stored, decrypted[index] ?? stored)]))
    const by = decrypter.actingOn(known.snapshot.requestId, actorWithProofOf(caller))
    return reply.send(await turns.take(country, () => actionsFor(known, proposed, by)))
  })
}

const proposedIn = (stored: LedgerFact, decrypted: LedgerFact): ProposedData => ({
  given: { proposedBy: decrypted.actor, at: decrypted.time, data: asSubmitted(quotedDataOf(decrypted.data) ?? {}) },
  stored: quotedDataOf(stored.data) ?? {},
})
