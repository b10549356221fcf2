import type { Model } from '../codec/codec.ts'
import { many, maybe, one, some } from '../codec/codec.ts'
import { count, date, dateTime, money, rate, sum, text, text35, uetr } from '../codec/leaves.ts'
import { record } from '../codec/record.ts'
import { charge, chargeBearer, settlement } from './originals.ts'
import { account, agent, party } from './parties.ts'

const group = record({
  messageId: one('MsgId', text35),
  createdAt: one('CreDtTm', dateTime),
  transactionCount: one('NbOfTxs', count),
  controlSum: maybe('CtrlSum', sum),
  total: maybe('TtlIntrBkSttlmAmt', money),
  settlementDate: maybe('IntrBkSttlmDt', date),
  settlement: one('SttlmInf', settlement),
  instructingAgent: maybe('InstgAgt', agent),
  instructedAgent: maybe('InstdAgt', agent),
})

const paymentId = record({
  instructionId: maybe('InstrId', text35),
  endToEndId: one('EndToEndId', text35),
  transactionId: maybe('TxId', text35),
  uetr: maybe('UETR', uetr),
  clearingReference: maybe('ClrSysRef', text35),
})

const transaction = record({
  id: one('PmtId', paymentId),
  amount: one('IntrBkSttlmAmt', money),
  settlementDate: maybe('IntrBkSttlmDt', date),
  acceptedAt: maybe('AccptncDtTm', dateTime),
  instructedAmount: maybe('InstdAmt', money),
  rate: maybe('XchgRate', rate),
  chargeBearer: one('ChrgBr', chargeBearer),
  charges: many('ChrgsInf', charge),
  instructingAgent: maybe('InstgAgt', agent),
  instructedAgent: maybe('InstdAgt', agent),
  intermediary1: maybe('IntrmyAgt1', agent),
  intermediary2: maybe('IntrmyAgt2', agent),
  intermediary3: maybe('IntrmyAgt3', agent),
  debtor: one('Dbtr', party),
  debtorAccount: maybe('DbtrAcct', account),
  debtorAgent: one('DbtrAgt', agent),
  creditorAgent: one('CdtrAgt', agent),
  creditor: one('Cdtr', party),
  creditorAccount: maybe('CdtrAcct', account),
  remittance: maybe('RmtInf', record({ lines: many('Ustrd', text(140)) })),
})
export type TransferredPayment = Model<typeof transaction>

/** pacs.008: the payment itself, the source of what a request says of it. */
export const customerCreditTransfer = record({
  group: one('GrpHdr', group),
  transactions: some('CdtTrfTxInf', transaction),
})
export type CustomerCreditTransfer = Model<typeof customerCreditTransfer>
