import { accepted, type Result, refused } from '@holdfast/schemas'
import type { Money } from '../language/index.ts'
import type { Answered, Attention, Reading, RequestedCancellation, Transaction } from './answered.ts'
import { difference, total } from './decimals.ts'
import { returnRows } from './mapping/return-rows.ts'
import type { PaymentReturn, ReturnedTransaction } from './messages/payment-return.ts'
import { noteOf, referenceIn } from './notes.ts'

/** The meaning of a pacs.004: each returned payment. */
export function returned({ group, originalGroup, transactions = [] }: PaymentReturn): Transaction[] {
  if (transactions.length > 0) return transactions.map(transaction => asked => readingOf(transaction, group.messageId, asked))
  const which = originalGroup ? ` of message ${originalGroup.messageId}` : ''
  const words = `The return${which} does not say which payments. Find out from the victim's bank what came, and report it.`
  return [() => ({ answers: [], attention: [unclear(words)] })]
}

const unclear = (message: string): Attention => ({ code: 'AMOUNT_UNCLEAR', message })

function readingOf(transaction: ReturnedTransaction, messageId: string, asked: RequestedCancellation | undefined): Reading {
  const currency = (asked?.amount ?? transaction.originalAmount ?? transaction.amount).currency
  const money = moneyOf(transaction, currency)
  const attention = adviceOf(transaction)
  if (!money.ok) return { answers: [], attention: [...attention, unclear(money.error)] }
  const { doubts, ...amounts } = money.value
  const reference = referenceIn(transaction.returnId) ?? messageId
  const answer: Answered = { kind: 'returned', details: { ...amounts, reference } }
  return { answers: [answer], attention: [...attention, ...doubts.map(unclear)] }
}

interface Returned {
  readonly amount: Money
  readonly charges?: Money
  readonly converted?: { readonly amount: Money; readonly rate: string }
  readonly doubts: string[]
}

/**
 * The returned amount in the currency of the request, and its charges. The interbank amount is net of charges. If it has
 * another currency, the return must also have the amount before conversion and the rate. Rates are stored as reported, and
 * nothing is computed with them (V19).
 */
function moneyOf(transaction: ReturnedTransaction, currency: string): Result<Returned, string> {
  const { amount: settled, instructedAmount: ordered } = transaction
  const charges = chargesOf(transaction, currency)
  const doubts = [...charges.doubts]
  const withCharges = charges.own ? { charges: charges.own } : {}
  if (settled.currency === currency) {
    if (ordered?.currency === currency && !charges.own && !isZero(difference(ordered, settled)))
      doubts.push(
        `${say(ordered)} was to be returned and ${say(settled)} came; no charges are reported. Ask for the reason of the difference.`,
      )
    return accepted({ amount: settled, ...withCharges, doubts })
  }
  if (ordered?.currency !== currency)
    return refused(
      `${say(settled)} came back, and not how much of the ${currency} asked for that is. Ask the victim's bank for the amount before conversion, and report it.`,
    )
  const net = charges.own ? difference(ordered, charges.own) : ordered
  if (!net || isZero(net)) return refused(`${say(ordered)} was to be returned, and its charges leave nothing of it. Ask what came.`)
  if (transaction.rate === undefined) {
    doubts.push(`${say(settled)} came for ${say(ordered)}, and the rate is not told. Ask for it.`)
    return accepted({ amount: net, ...withCharges, doubts })
  }
  return accepted({ amount: net, ...withCharges, converted: { amount: settled, rate: transaction.rate }, doubts })
}

/** Charges in the currency of the request add up; others are in no sum and are reported as text. */
function chargesOf({ charges = [], compensation }: ReturnedTransaction, currency: string) {
  const amounts = charges.map(({ amount }) => amount)
  const own = amounts.filter(amount => amount.currency === currency)
  const others = amounts.filter(amount => amount.currency !== currency && !isZero(amount))
  const doubts: string[] = []
  if (others.length > 0) doubts.push(`Charges were taken in another currency: ${others.map(say).join(', ')}. They are not in the sums.`)
  if (compensation) doubts.push(`The bank names a compensation of ${say(compensation)}. It is not in the sums.`)
  return { own: own.length > 0 ? total(currency, own) : undefined, doubts }
}

const say = ({ currency, value }: Money) => `${currency} ${value}`
const isZero = (money: Money | undefined): boolean => money !== undefined && !/[1-9]/.test(money.value)

function adviceOf({ reasons = [] }: ReturnedTransaction): Attention[] {
  const codes = reasons.flatMap(({ reason }) => (reason ? ['code' in reason ? reason.code : 'NARR'] : []))
  const rows = new Set(codes.map(code => returnRows.find(row => row.reasons.includes(code)) ?? returnRows.at(-1)))
  const note = noteOf(reasons.flatMap(({ lines = [] }) => lines))
  return [...rows].flatMap(row => {
    if (!row?.attention) return []
    return [{ code: row.attention, message: row.advice ?? '', ...(note ? { said: `"${note}"` } : {}) }]
  })
}
