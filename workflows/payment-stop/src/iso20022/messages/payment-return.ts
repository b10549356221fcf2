import type { Model } from '../codec/codec.ts'
import { many, maybe, one } from '../codec/codec.ts'
import { count, date, dateTime, flag, money, rate, sum, text35, uetr } from '../codec/leaves.ts'
import { record } from '../codec/record.ts'
import { charge, chargeBearer, originalMessage, originalParties, reason, settlement } from './originals.ts'
import { account, agent, partyOrAgent } from './parties.ts'

const group = record({
  messageId: one('MsgId', text35),
  createdAt: one('CreDtTm', dateTime),
  transactionCount: one('NbOfTxs', count),
  controlSum: maybe('CtrlSum', sum),
  whole: maybe('GrpRtr', flag),
  total: maybe('TtlRtrdIntrBkSttlmAmt', money),
  settlementDate: maybe('IntrBkSttlmDt', date),
  settlement: one('SttlmInf', settlement),
  instructingAgent: maybe('InstgAgt', agent),
  instructedAgent: maybe('InstdAgt', agent),
})

const originalGroup = record({
  messageId: one('OrgnlMsgId', text35),
  messageName: one('OrgnlMsgNmId', text35),
  createdAt: maybe('OrgnlCreDtTm', dateTime),
  reasons: many('RtrRsnInf', reason),
})

/** Whom the returned money goes from and to. */
const chain = record({
  debtor: one('Dbtr', partyOrAgent),
  debtorAccount: maybe('DbtrAcct', account),
  debtorAgent: maybe('DbtrAgt', agent),
  creditorAgent: maybe('CdtrAgt', agent),
  creditor: one('Cdtr', partyOrAgent),
  creditorAccount: maybe('CdtrAcct', account),
})

const transaction = record({
  returnId: maybe('RtrId', text35),
  originalMessage: maybe('OrgnlGrpInf', originalMessage),
  instructionId: maybe('OrgnlInstrId', text35),
  endToEndId: maybe('OrgnlEndToEndId', text35),
  transactionId: maybe('OrgnlTxId', text35),
  uetr: maybe('OrgnlUETR', uetr),
  clearingReference: maybe('OrgnlClrSysRef', text35),
  originalAmount: maybe('OrgnlIntrBkSttlmAmt', money),
  originalSettlementDate: maybe('OrgnlIntrBkSttlmDt', date),
  /** What is settled between the banks: charges have been taken off it. */
  amount: one('RtrdIntrBkSttlmAmt', money),
  settlementDate: maybe('IntrBkSttlmDt', date),
  /** What is returned before charges are taken off, in the currency in which it was ordered. */
  instructedAmount: maybe('RtrdInstdAmt', money),
  rate: maybe('XchgRate', rate),
  compensation: maybe('CompstnAmt', money),
  chargeBearer: maybe('ChrgBr', chargeBearer),
  charges: many('ChrgsInf', charge),
  clearingReferenceOfReturn: maybe('ClrSysRef', text35),
  instructingAgent: maybe('InstgAgt', agent),
  instructedAgent: maybe('InstdAgt', agent),
  chain: maybe('RtrChain', chain),
  reasons: many('RtrRsnInf', reason),
  original: maybe('OrgnlTxRef', originalParties),
})
export type ReturnedTransaction = Model<typeof transaction>

/** pacs.004: money on its way back. */
export const paymentReturn = record({
  group: one('GrpHdr', group),
  originalGroup: maybe('OrgnlGrpInf', originalGroup),
  transactions: many('TxInf', transaction),
})
export type PaymentReturn = Model<typeof paymentReturn>
