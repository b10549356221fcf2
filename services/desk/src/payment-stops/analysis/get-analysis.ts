import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import type { PaymentStopView } from '@holdfast/payment-stop/language'
import {
  type Analysis,
  type AnalysisTable,
  accountNumberOf,
  analysisWindows,
  documentOf,
  type EndingRequest,
  type Fact,
  moneySchema,
  type SharedAccount,
} from '@holdfast/payment-stop/language'
import { generalSecretariat, isRedacted, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import type { DeskWorld } from '../../desk-world.ts'
import { nextDeadlineOf } from '../../lists/next-deadline.ts'
import type { AnalysisReader, FoundAccount, FoundAnalysis } from './analyse.ts'

const windows = `must be one of ${analysisWindows.join(', ')}`
const querySchema = z.strictObject({
  days: z.coerce.number(windows).pipe(z.literal(analysisWindows, windows)).default(30),
  currency: moneySchema.shape.currency.optional(),
})

const dayMs = 86_400_000
const deadlinesMax = 50

/**
 * `GET /v1/analysis?days=30`: statistics of the caller's requests, deadlines of the next day, and accounts that several
 * cases lead to. The General Secretariat gets sums over all countries without small cells. It always gets all
 * currencies at once, because a total without one of them could reveal a small cell.
 */
export function getAnalysis({ http, clock }: ServiceContext, { views, turns, decrypter }: DeskWorld, analysis: AnalysisReader): void {
  http.get('/v1/analysis', { config: { takesQuery: true } }, async (request, reply) => {
    const { country } = callerOf(request)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { days, currency } = query.value
    const ofAll = country === generalSecretariat
    if (ofAll && currency !== undefined)
      return sendRefusal(reply, { code: 'QUERY_MALFORMED', message: 'This analysis is not available.' }, [
        { code: 'RULE', path: '/currency', message: 'must be absent: the General Secretariat always gets all currencies' },
      ])
    const now = clock.now()
    // After a start there is a year to read, in steps of this country.
    while (!(await turns.take(country, () => analysis.catchUp(now))));
    const answer = await turns.take(country, (): FoundAnalysis & Pick<Analysis, 'ending'> => ({
      ...analysis.analyse({ country, days, currency, now }),
      ...(ofAll ? {} : { ending: ending(country, now) }),
    }))
    return reply.send({ ...answer, ...(answer.accounts ? { accounts: await withNumbers(answer.accounts) } : {}) } satisfies Analysis)
  })

  async function withNumbers({ rows, more }: AnalysisTable<FoundAccount>): Promise<AnalysisTable<SharedAccount>> {
    const encrypted = rows.flatMap(({ documentFact }) => documentFact ?? [])
    const decrypted = await decrypter.events(encrypted)
    const factOf = new Map(encrypted.map((fact, index) => [fact, decrypted[index] ?? fact]))
    return {
      rows: rows.map(({ documentFact, ...row }) => ({
        ...row,
        ...(documentFact ? accountIn(factOf.get(documentFact) ?? documentFact) : {}),
      })),
      more,
    }
  }

  /** From the deadline index: overdue requests first, then those of the next day. */
  function ending(country: string, now: Date): NonNullable<Analysis['ending']> {
    const { passed, within24h } = views.counts(country, now).deadlines
    const untilMs = now.getTime() + dayMs
    const rows = views
      .list({ country, sort: 'deadline', limit: deadlinesMax })
      .views.map(text => endingRequest(JSON.parse(text) as PaymentStopView, untilMs))
      .filter(row => row !== undefined)
    return { rows, more: passed + within24h - rows.length }
  }
}

function accountIn(fact: Fact): Pick<SharedAccount, 'account'> {
  const document = isRedacted(fact.data) ? undefined : documentOf(fact)
  return document ? { account: accountNumberOf(document.payment.creditor.account) } : {}
}

function endingRequest(view: PaymentStopView, untilMs: number): EndingRequest | undefined {
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
