import { whyNot } from '@holdfast/lifecycle'
import { createPolicy } from '@holdfast/profiles'
import { asSaid, isFact, isKnownFact, type MemberActor, type ProposalView, parseWith, quotedIn, storedData } from '@holdfast/schemas'
import { callerOf, personsNeedProof, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import type { KeptProposal } from './keep-proposals.ts'
import { nextDeadlineOf } from './next-deadline.ts'
import type { PageTurns } from './page-turns.ts'
import type { RequestViews } from './request-view.ts'
import type { SealedPlaces } from './sealed-places.ts'

const querySchema = z.strictObject({
  after: z.string().max(6000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export interface ProposalsWorld {
  readonly views: RequestViews
  readonly turns: PageTurns
  readonly places: SealedPlaces
}

/**
 * `GET /v1/proposals`: what persons of the caller's country have proposed and a second one has to agree to, oldest first, in its own words, and whether the caller may. Each is
 * judged as the ledger would judge it, in a turn of its own, as the facts of its request are folded for it.
 */
export function getProposals(context: ServiceContext, { views, turns, places }: ProposalsWorld): void {
  const { http, profiles, clock } = context
  const policy = createPolicy(profiles, personsNeedProof(context))

  function shown({ requestId, sequence, command }: KeptProposal, actor: MemberActor): ProposalView | undefined {
    const view = views.find(requestId, actor.country)
    const folded = view && views.folded(requestId)
    const fact = folded?.facts.find(each => each.sequence === sequence)
    if (!folded || !fact || !isKnownFact(fact)) return undefined
    const quoted = isFact(fact, 'ActionProposed') ? (quotedIn(fact.data) ?? {}) : {}
    const refusal = whyNot(folded.snapshot, { command, data: storedData(quoted) }, { actor, time: clock.now().toISOString() }, policy)
    const nextDeadline = nextDeadlineOf(view.deadlines)
    return {
      requestId,
      caseReference: view.caseReference,
      requestingCountry: view.requestingCountry,
      beneficiaryCountry: view.beneficiaryCountry,
      amounts: view.amounts,
      command,
      sequence,
      proposedBy: fact.actor,
      at: fact.time,
      data: asSaid(quoted),
      ...(nextDeadline ? { nextDeadline } : {}),
      ...(refusal ? { maySecond: false, whyNot: { code: refusal.code, message: refusal.message } } : { maySecond: true }),
    }
  }

  http.get('/v1/proposals', async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const { after, limit } = query.value
    const place = after === undefined ? undefined : places.open(country, 'proposals', after)
    if (place && !place.ok) return sendRefusal(reply, place.error, [{ path: '/after', message: 'must be the `next` of the page before' }])
    const [proposedMs = 0, number = 0] = place?.value ?? []
    const { proposals: kept, next } = await turns.take(country, () => views.proposals(country, { proposedMs, number }, limit))
    const proposals: ProposalView[] = []
    for (const each of kept) {
      const proposal = await turns.take(country, () => shown(each, caller))
      // It may have been agreed to since, or its request is being folded anew.
      if (proposal) proposals.push(proposal)
    }
    return reply.send({ proposals, ...(next ? { next: places.seal(country, 'proposals', [next.proposedMs, next.number]) } : {}) })
  })
}
