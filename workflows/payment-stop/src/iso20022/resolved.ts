import type { Answered, Attention, Reading, RequestedCancellation, Transaction } from './answered.ts'
import { type ResolutionRow, type ResolutionStatus, resolutionRows, resolutionStatuses } from './mapping/resolution-rows.ts'
import { partyCountry } from './messages/party-country.ts'
import type { RejectionReason, ResolutionOfInvestigation, ResolvedTransaction } from './messages/resolution.ts'
import { noteOf, referenceIn } from './notes.ts'

type Details = NonNullable<ResolutionOfInvestigation['details']>[number]

/** The meaning of a camt.029: for each transaction, or for the whole message if it has none. */
export function resolved(message: ResolutionOfInvestigation): Transaction[] {
  const { status, details = [], case: whole } = message
  if ('duplicateOf' in status)
    return [words(`The bank takes this for a repeat of its case ${status.duplicateOf.id}. Look for its answer to that case.`)]
  if ('assignmentCancelled' in status)
    return [
      words(`The bank ${status.assignmentCancelled ? 'confirms' : 'refuses'} that the case is withdrawn. Nothing else follows from it.`),
    ]
  const parts = details.flatMap(({ group, transactions = [] }) => transactions.map(transaction => ({ group, transaction })))
  const said = { confirmation: status.confirmation, whole: whole?.id, resolution: message.resolution }
  if (parts.length > 0) return parts.map(part => asked => readingOf({ ...said, ...part }, asked))
  return [asked => readingOf({ ...said, group: details[0]?.group, transaction: {} }, asked)]
}

const words = (message: string): Transaction => {
  const reading = only('READ_WORDS', message)
  return () => reading
}

const only = (code: Attention['code'], message: string): Reading => ({ answers: [], attention: [{ code, message }] })

interface StatusPart {
  readonly confirmation: string
  readonly whole: string | undefined
  readonly resolution: ResolutionOfInvestigation['resolution']
  readonly group: Details['group']
  readonly transaction: Partial<ResolvedTransaction>
}

function readingOf(said: StatusPart, asked: RequestedCancellation | undefined): Reading {
  const { confirmation, group, transaction } = said
  const individual = transaction.status ?? group?.status
  if (contradicts(confirmation, individual))
    return only(
      'CONTRADICTION',
      `The bank says ${confirmation} of the whole and ${individual} of this payment. Ask which holds before anything is reported.`,
    )
  const when = standingOf(confirmation, individual)
  const reasons = transaction.reasons ?? group?.reasons ?? []
  const rows = rowsFor(when, codesOf(reasons))
  const decided = decisionOf(rows)
  if (!decided)
    return only('CONTRADICTION', `The bank gives reasons that do not go together: ${codesOf(reasons).join(', ')}. Ask which holds.`)
  const note = noteOf(reasons.flatMap(({ lines = [] }) => lines))
  const made = decided.map(row => answerOf(row, said, asked, note))
  const advice = decided.flatMap(({ attention, advice = '' }) =>
    attention ? [{ code: attention, message: advice, ...wordsIn(said, note) }] : [],
  )
  return { answers: made.flatMap(answer => (answer ? [answer] : [])), attention: advice }
}

/** A transaction's own status overrides that of the whole, except for partial execution, where payments may differ. */
function standingOf(confirmation: string, individual: string | undefined): ResolutionRow['when'] {
  const whole = resolutionStatuses[confirmation]
  const own = individual === undefined ? undefined : resolutionStatuses[individual]
  // PECR of the whole and ACCR of its only payment: that payment was executed in part.
  if (whole === 'inPart' && (own === 'done' || own === undefined)) return 'inPart'
  if (own) return own
  if (whole) return whole
  return confirmation === 'IPAY' || confirmation === 'INFO' || confirmation === 'CWFW' || confirmation === 'FTNA' ? confirmation : 'other'
}

function contradicts(confirmation: string, individual: string | undefined): boolean {
  const whole: ResolutionStatus | undefined = resolutionStatuses[confirmation]
  const own = individual === undefined ? undefined : resolutionStatuses[individual]
  return whole !== undefined && own !== undefined && whole !== 'inPart' && own !== 'inPart' && whole !== own
}

/** The codes that decide. Text decides only without a code. */
function codesOf(reasons: readonly RejectionReason[]): string[] {
  const codes = reasons.flatMap(({ reason, lines }) => {
    if (reason && 'code' in reason) return [reason.code]
    return reason || lines ? ['NARR'] : []
  })
  const decisive = codes.filter(code => code !== 'NARR')
  return [...new Set(decisive.length > 0 ? decisive : codes)]
}

function rowsFor(when: ResolutionRow['when'], codes: readonly string[]): ResolutionRow[] {
  const rows = resolutionRows.filter(row => row.when === when)
  const rowOf = (code: string) => rows.find(({ reason }) => reason === code) ?? rows.find(({ reason }) => reason === '*')
  return [...new Set((codes.length > 0 ? codes : ['']).map(rowOf))].flatMap(row => (row ? [row] : []))
}

/** Of several reasons, the final one; undefined if they contradict each other or are ambiguous. */
function decisionOf(rows: readonly ResolutionRow[]): ResolutionRow[] | undefined {
  const final = rows.filter(({ answer }) => answer !== undefined && answer !== 'interim')
  const [first] = final
  if (!first) return [...rows]
  const isOpen = rows.some(({ answer }) => answer === undefined) || final.some(({ answer }) => answer !== first.answer)
  return isOpen ? undefined : [final.find(({ reason }) => reason !== '*') ?? first]
}

function answerOf(
  row: ResolutionRow,
  said: StatusPart,
  asked: RequestedCancellation | undefined,
  note: string | undefined,
): Answered | undefined {
  const { transaction, group, whole } = said
  const reference = referenceIn(transaction.statusId ?? transaction.case?.id ?? group?.case?.id ?? whole)
  const noted = note === undefined ? {} : { note }
  switch (row.answer) {
    case 'interim':
      return { kind: 'interim', details: { reason: row.as, ...(reference && { reference }), ...noted } } as Answered
    case 'noFunds':
    case 'notFound':
      return { kind: row.answer, details: { reason: row.as, ...noted } } as Answered
    case 'returnInitiated':
      return { kind: 'returnInitiated', details: { basis: row.basis ?? 'CONSENT', ...(reference && { reference }) } }
    case 'movedOnward': {
      const country = partyCountry(transaction.assignee)
      const amount = movedAmount(said, asked)
      if (!country || !amount) return undefined
      return { kind: 'movedOnward', details: { amount, country, ...(reference && { reference }), ...noted } }
    }
    default:
      return undefined
  }
}

/** The amount that moved onward: as the bank states it in the requested currency, or all of it. */
function movedAmount({ transaction, resolution }: StatusPart, asked: RequestedCancellation | undefined) {
  const all = asked?.amount ?? transaction.amount
  const part = (transaction.resolution ?? resolution)?.amount
  return part && (!all || part.currency === all.currency) ? part : all
}

/** The part, in whatever form the bank states it. */
function wordsIn({ transaction, resolution }: StatusPart, note: string | undefined): Pick<Attention, 'said'> {
  const amount = (transaction.resolution ?? resolution)?.amount
  const says = [amount && `${amount.currency} ${amount.value}`, note && `"${note}"`].filter(part => part !== undefined)
  return says.length > 0 ? { said: says.join(', ') } : {}
}
