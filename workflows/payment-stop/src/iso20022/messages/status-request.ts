import type { Model } from '../codec/codec.ts'
import { many, maybe, one } from '../codec/codec.ts'
import { count, dateTime, sum, text35, uetr } from '../codec/leaves.ts'
import { record } from '../codec/record.ts'
import { originalMessage, originalParties } from './originals.ts'
import { agent } from './parties.ts'

const originalGroup = record({
  messageId: one('OrgnlMsgId', text35),
  messageName: one('OrgnlMsgNmId', text35),
  createdAt: maybe('OrgnlCreDtTm', dateTime),
  transactionCount: maybe('OrgnlNbOfTxs', count),
  controlSum: maybe('OrgnlCtrlSum', sum),
})

const transaction = record({
  requestId: maybe('StsReqId', text35),
  originalMessage: maybe('OrgnlGrpInf', originalMessage),
  instructionId: maybe('OrgnlInstrId', text35),
  endToEndId: maybe('OrgnlEndToEndId', text35),
  transactionId: maybe('OrgnlTxId', text35),
  uetr: maybe('OrgnlUETR', uetr),
  acceptedAt: maybe('AccptncDtTm', dateTime),
  clearingReference: maybe('ClrSysRef', text35),
  instructingAgent: maybe('InstgAgt', agent),
  instructedAgent: maybe('InstdAgt', agent),
  original: maybe('OrgnlTxRef', originalParties),
})

/** pacs.028: how does it stand? It chases an answer that has not come. */
export const paymentStatusRequest = record({
  group: one(
    'GrpHdr',
    record({
      messageId: one('MsgId', text35),
      createdAt: one('CreDtTm', dateTime),
      instructingAgent: maybe('InstgAgt', agent),
      instructedAgent: maybe('InstdAgt', agent),
    }),
  ),
  originalGroups: many('OrgnlGrpInf', originalGroup),
  transactions: many('TxInf', transaction),
})
export type PaymentStatusRequest = Model<typeof paymentStatusRequest>
