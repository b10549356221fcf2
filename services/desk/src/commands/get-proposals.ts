import { recordsProposal } from '@holdfast/core'
import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import {
  actorWithProofOf,
  asSubmitted,
  type LedgerFact,
  type MemberActor,
  type ProposalView,
  parseWith,
  quotedDataOf,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANext, openCursor, pageQuery } from '../cursors/paging.ts'
import type { DeskWorld } from '../desk-world.ts'
import { nextDeadlineOf } from '../lists/next-deadline.ts'
import type { RequestState } from '../projection/request-states.ts'
import type { StoredProposal } from '../projection/stored-proposals.ts'

const querySchema = z.strictObject(pageQuery)

/**
 * `GET /v1/proposals`: proposals of the caller's country that await a second officer, oldest first, and whether the
 * caller may approve them. Each is decided as the ledger would, in a turn of its own.
 */
export function getProposals(
  context: ServiceContext,
  { deskOf, policyOf, views, requestStates, turns, cursors, decrypter }: DeskWorld,
): void {
  const { http, clock } = context

  /** A proposal to show, and the fact that contains its data. */
  interface Shown {
    readonly proposal: Omit<ProposalView, 'data' | 'proposedBy'>
    readonly fact: LedgerFact
  }

  function shown({ requestId, sequence, command }: StoredProposal, { snapshot }: RequestState, actor: MemberActor): Shown | undefined {
    const view = views.find(requestId, actor.country)
    const [fact] = views.factsAfter(requestId, sequence - 1, 1)
    if (!view || !fact) return undefined
    const quoted = quotedBy(fact)
    const by = decrypter.actingOn(requestId, actorWithProofOf(actor))
    const asking = { by, time: clock.now().toISOString(), level: views.levelOf(requestId) }
    const { workflow, detailsOfProposal } = deskOf(requestId)
    const refusal = workflow.actions.findRefusal(snapshot, { command, data: quoted }, asking, policyOf(workflow))
    const summary = views.summary(requestId)
    const nextDeadline = summary && nextDeadlineOf(workflow.views.deadlinesOf(summary))
    const proposal: Shown['proposal'] = {
      requestId,
      caseReference: view.caseReference,
      requestingCountry: view.requestingCountry,
      ...detailsOfProposal?.(view),
      command,
      sequence,
      at: fact.time,
      ...(nextDeadline ? { nextDeadline } : {}),
      ...(refusal ? { maySecond: false, whyNot: { code: refusal.code, message: refusal.message } } : { maySecond: true }),
    }
    return { proposal, fact }
  }

  const withData = async ({ proposal, fact }: Shown): Promise<ProposalView> => {
    const [decrypted = fact] = await decrypter.events([fact])
    return { ...proposal, proposedBy: decrypted.actor, data: asSubmitted(quotedBy(decrypted)) }
  }

  http.get('/v1/proposals', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const cursor = openCursor(cursors, country, 'proposals', after)
    if (!cursor.ok) return sendRefusal(reply, cursor.error, notANext)
    const [proposedMs = 0, number = 0] = cursor.value ?? []
    const { proposals: stored, next } = await turns.take(country, () => views.proposals(country, { proposedMs, number }, limit))
    const proposals: ProposalView[] = []
    for (const each of stored) {
      const known = await requestStates.find(each.requestId, country)
      const proposal = known && (await turns.take(country, () => shown(each, known, caller)))
      // It may have been approved meanwhile, or the projection is being rebuilt.
      if (proposal) proposals.push(await withData(proposal))
    }
    return reply.send({ proposals, ...(next ? { nextCursor: cursors.encode(country, 'proposals', [next.proposedMs, next.number]) } : {}) })
  })
}

/** The data of the proposed command; empty for a verification. */
const quotedBy = (fact: LedgerFact) => (recordsProposal(fact) ? (quotedDataOf(fact.data) ?? {}) : {})
