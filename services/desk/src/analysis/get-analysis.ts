import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import {
  type Analysis,
  type AnalysisTable,
  accountNumberOf,
  analysisWindows,
  documentOf,
  type Fact,
  generalSecretariat,
  isRedacted,
  type LapsingRequest,
  moneySchema,
  parseWith,
  type RequestView,
  type SharedAccount,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import type { DeskWorld } from '../desk-world.ts'
import { nextDeadlineOf } from '../lists/next-deadline.ts'
import type { AnalysisReader, FoundAccount, FoundAnalysis } from './analyse.ts'

const windows = `must be one of ${analysisWindows.join(', ')}`
const querySchema = z.strictObject({
  days: z.coerce.number(windows).pipe(z.literal(analysisWindows, windows)).default(30),
  currency: moneySchema.shape.currency.optional(),
})

const dayMs = 86_400_000
const lapsingMax = 50

/**
 * `GET /v1/analysis?days=30`: what the requests of the caller's country have in common, what is about to lapse, and which accounts more than one case leads to. The General Secretariat has sums
 * over all countries, without small ones, and in all currencies at once: what is left of a total without one of them could be small.
 */
export function getAnalysis({ http, clock }: ServiceContext, { views, turns, words }: DeskWorld, analysis: AnalysisReader): void {
  http.get('/v1/analysis', { config: { takesQuery: true } }, async (request, reply) => {
    const { country } = callerOf(request)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { days, currency } = query.value
    const ofAll = country === generalSecretariat
    if (ofAll && currency !== undefined)
      return sendRefusal(reply, { code: 'QUERY_MALFORMED', message: 'there is no such analysis' }, [
        { code: 'RULE', path: '/currency', message: 'is not for the General Secretariat, whose answer has every currency: leave it out' },
      ])
    const now = clock.now()
    // After a start there is a year to read, which nobody else waits for.
    while (!(await turns.take(country, () => analysis.catchUp(now))));
    const answer = await turns.take(country, (): FoundAnalysis & Pick<Analysis, 'lapsing'> => ({
      ...analysis.analyse({ country, days, currency, now }),
      ...(ofAll ? {} : { lapsing: lapsing(country, now) }),
    }))
    return reply.send({ ...answer, ...(answer.accounts ? { accounts: await withNumbers(answer.accounts) } : {}) } satisfies Analysis)
  })

  async function withNumbers({ rows, more }: AnalysisTable<FoundAccount>): Promise<AnalysisTable<SharedAccount>> {
    const sealed = rows.flatMap(({ said }) => said ?? [])
    const opened = await words.events(sealed)
    const factOf = new Map(sealed.map((fact, index) => [fact, opened[index] ?? fact]))
    return { rows: rows.map(({ said, ...row }) => ({ ...row, ...(said ? accountIn(factOf.get(said) ?? said) : {}) })), more }
  }

  /** By the index of the next deadlines: those that have passed first, then those of the next day. */
  function lapsing(country: string, now: Date): NonNullable<Analysis['lapsing']> {
    const { passed, within24h } = views.counts(country, now).deadlines
    const untilMs = now.getTime() + dayMs
    const rows = views
      .list({ country, sort: 'deadline', limit: lapsingMax })
      .views.map(text => lapsingIn(JSON.parse(text) as RequestView, untilMs))
      .filter(row => row !== undefined)
    return { rows, more: passed + within24h - rows.length }
  }
}

function accountIn(fact: Fact): Pick<SharedAccount, 'account'> {
  const document = isRedacted(fact.data) ? undefined : documentOf(fact)
  return document ? { account: accountNumberOf(document.payment.creditor.account) } : {}
}

function lapsingIn(view: RequestView, untilMs: number): LapsingRequest | undefined {
  const next = nextDeadlineOf(view.deadlines)
  if (!next || Date.parse(next.dueAt) >= untilMs) return undefined
  const end = view.deadlines.find(({ kind, dueAt }) => kind === 'holdExpiry' && Date.parse(dueAt) < untilMs)
  const { requestId, caseReference, requestingCountry, beneficiaryCountry } = view
  return {
    requestId,
    caseReference,
    requestingCountry,
    beneficiaryCountry,
    kind: next.kind,
    dueAt: next.dueAt,
    ...(end ? { holdEndsAt: end.dueAt } : {}),
    ...(view.amounts.frozen ? { frozen: view.amounts.frozen } : {}),
  }
}
