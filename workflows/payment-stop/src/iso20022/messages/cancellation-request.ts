import type { Model } from '../codec/codec.ts'
import { many, maybe, one, some } from '../codec/codec.ts'
import { count, date, dateTime, flag, money, sum, text35, uetr } from '../codec/leaves.ts'
import { record } from '../codec/record.ts'
import { assignment, caseOf, originalMessage, originalParties, reason } from './originals.ts'
import { isSupplement, supplement } from './supplement.ts'

const group = record({
  cancellationId: maybe('GrpCxlId', text35),
  case: maybe('Case', caseOf),
  messageId: one('OrgnlMsgId', text35),
  messageName: one('OrgnlMsgNmId', text35),
  createdAt: maybe('OrgnlCreDtTm', dateTime),
  transactionCount: maybe('NbOfTxs', count),
  controlSum: maybe('CtrlSum', sum),
  whole: maybe('GrpCxl', flag),
  reasons: many('CxlRsnInf', reason),
})

const transaction = record({
  cancellationId: maybe('CxlId', text35),
  case: maybe('Case', caseOf),
  originalMessage: maybe('OrgnlGrpInf', originalMessage),
  instructionId: maybe('OrgnlInstrId', text35),
  endToEndId: maybe('OrgnlEndToEndId', text35),
  transactionId: maybe('OrgnlTxId', text35),
  uetr: maybe('OrgnlUETR', uetr),
  clearingReference: maybe('OrgnlClrSysRef', text35),
  amount: maybe('OrgnlIntrBkSttlmAmt', money),
  settlementDate: maybe('OrgnlIntrBkSttlmDt', date),
  reasons: many('CxlRsnInf', reason),
  original: maybe('OrgnlTxRef', originalParties),
})
export type CancelledTransaction = Model<typeof transaction>

/** camt.056: a bank, or an authority through one, asks the next to cancel payments and to send back what was credited. */
export const cancellationRequest = record({
  assignment: one('Assgnmt', assignment),
  case: maybe('Case', caseOf),
  control: maybe('CtrlData', record({ transactionCount: one('NbOfTxs', count), sum: maybe('CtrlSum', sum) })),
  underlying: some('Undrlyg', record({ group: maybe('OrgnlGrpInfAndCxl', group), transactions: many('TxInf', transaction) })),
  supplement: maybe('SplmtryData', supplement, isSupplement),
})
export type CancellationRequest = Model<typeof cancellationRequest>
