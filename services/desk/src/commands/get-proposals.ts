import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { findRefusal } from '@holdfast/lifecycle'
import {
  actsBy,
  asSubmitted,
  type Fact,
  isFact,
  isKnownFact,
  type MemberActor,
  type ProposalView,
  parseWith,
  quotedIn,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANext, openCursor, pageQuery } from '../cursors/paging.ts'
import type { DeskWorld } from '../desk-world.ts'
import { nextDeadlineOf } from '../lists/next-deadline.ts'
import type { FoldedRequest } from '../projection/folded-requests.ts'
import type { StoredProposal } from '../projection/stored-proposals.ts'

const querySchema = z.strictObject(pageQuery)

/**
 * `GET /v1/proposals`: what persons of the caller's country have proposed and a second one has to agree to, oldest first, in its own words, and whether the caller may. Each is
 * judged as the ledger would judge it, in a turn of its own.
 */
export function getProposals(context: ServiceContext, { views, folded, turns, places, policy, words }: DeskWorld): void {
  const { http, clock } = context

  /** What is shown, and the fact that has its words. */
  interface Shown {
    readonly proposal: Omit<ProposalView, 'data' | 'proposedBy'>
    readonly fact: Fact
  }

  function shown({ requestId, sequence, command }: StoredProposal, { snapshot }: FoldedRequest, actor: MemberActor): Shown | undefined {
    const view = views.find(requestId, actor.country)
    const [fact] = views.factsAfter(requestId, sequence - 1, 1)
    if (!view || !fact || !isKnownFact(fact)) return undefined
    const quoted = quotedBy(fact)
    const by = words.actingOn(requestId, actsBy(actor))
    const refusal = findRefusal(snapshot, { command, data: quoted }, { by, time: clock.now().toISOString() }, policy)
    const nextDeadline = nextDeadlineOf(view.deadlines)
    const proposal = {
      requestId,
      caseReference: view.caseReference,
      requestingCountry: view.requestingCountry,
      beneficiaryCountry: view.beneficiaryCountry,
      amounts: view.amounts,
      command,
      sequence,
      at: fact.time,
      ...(nextDeadline ? { nextDeadline } : {}),
      ...(refusal ? { maySecond: false, whyNot: { code: refusal.code, message: refusal.message } } : { maySecond: true }),
    }
    return { proposal, fact }
  }

  const withData = async ({ proposal, fact }: Shown): Promise<ProposalView> => {
    const [opened = fact] = await words.events([fact])
    return { ...proposal, proposedBy: opened.actor, data: asSubmitted(quotedBy(opened)) }
  }

  http.get('/v1/proposals', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const place = openCursor(places, country, 'proposals', after)
    if (!place.ok) return sendRefusal(reply, place.error, notANext)
    const [proposedMs = 0, number = 0] = place.value ?? []
    const { proposals: kept, next } = await turns.take(country, () => views.proposals(country, { proposedMs, number }, limit))
    const proposals: ProposalView[] = []
    for (const each of kept) {
      const known = await folded.find(each.requestId, country)
      const proposal = known && (await turns.take(country, () => shown(each, known, caller)))
      // It may have been agreed to since, or its request is being folded anew.
      if (proposal) proposals.push(await withData(proposal))
    }
    return reply.send({ proposals, ...(next ? { nextCursor: places.seal(country, 'proposals', [next.proposedMs, next.number]) } : {}) })
  })
}

/** The data of the command that it proposes; of a verification there is none. */
const quotedBy = (fact: Fact) => (isFact(fact, 'ActionProposed') ? (quotedIn(fact.data) ?? {}) : {})
