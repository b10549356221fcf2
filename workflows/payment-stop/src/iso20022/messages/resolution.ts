import type { Model } from '../codec/codec.ts'
import { many, maybe, one } from '../codec/codec.ts'
import { code, count, date, dateTime, flag, money, option, rejectionCode, sum, text35, uetr } from '../codec/leaves.ts'
import { choice, record } from '../codec/record.ts'
import { assignment, caseOf, charge, originalMessage, originalParties, reasonBy } from './originals.ts'
import { partyOrAgent } from './parties.ts'

const reason = reasonBy(rejectionCode)
export type RejectionReason = Model<typeof reason>

/** How it was resolved: the payment by which the money comes back, where that is known already. */
const resolution = record({
  endToEndId: maybe('EndToEndId', text35),
  transactionId: maybe('TxId', text35),
  uetr: maybe('UETR', uetr),
  amount: maybe('IntrBkSttlmAmt', money),
  settlementDate: maybe('IntrBkSttlmDt', date),
  charges: many('Chrgs', charge),
})

const group = record({
  cancellationId: maybe('OrgnlGrpCxlId', text35),
  case: maybe('RslvdCase', caseOf),
  messageId: one('OrgnlMsgId', text35),
  messageName: one('OrgnlMsgNmId', text35),
  createdAt: maybe('OrgnlCreDtTm', dateTime),
  transactionCount: maybe('OrgnlNbOfTxs', count),
  controlSum: maybe('OrgnlCtrlSum', sum),
  status: maybe('GrpCxlSts', option(['PACR', 'RJCR', 'ACCR', 'PDCR'])),
  reasons: many('CxlStsRsnInf', reason),
})

const transaction = record({
  statusId: maybe('CxlStsId', text35),
  case: maybe('RslvdCase', caseOf),
  originalMessage: maybe('OrgnlGrpInf', originalMessage),
  instructionId: maybe('OrgnlInstrId', text35),
  endToEndId: maybe('OrgnlEndToEndId', text35),
  transactionId: maybe('OrgnlTxId', text35),
  clearingReference: maybe('OrgnlClrSysRef', text35),
  uetr: maybe('OrgnlUETR', uetr),
  status: maybe('TxCxlSts', option(['RJCR', 'ACCR', 'PDCR'])),
  reasons: many('CxlStsRsnInf', reason),
  resolution: maybe('RsltnRltdInf', resolution),
  amount: maybe('OrgnlIntrBkSttlmAmt', money),
  settlementDate: maybe('OrgnlIntrBkSttlmDt', date),
  assigner: maybe('Assgnr', partyOrAgent),
  assignee: maybe('Assgne', partyOrAgent),
  original: maybe('OrgnlTxRef', originalParties),
})
export type ResolvedTransaction = Model<typeof transaction>

/** camt.029: what came of a request to cancel. It never means that money is held. */
export const resolutionOfInvestigation = record({
  assignment: one('Assgnmt', assignment),
  case: maybe('RslvdCase', caseOf),
  status: one(
    'Sts',
    choice({
      confirmation: one('Conf', code),
      duplicateOf: one('DplctOf', caseOf),
      assignmentCancelled: one('AssgnmtCxlConf', flag),
    }),
  ),
  details: many('CxlDtls', record({ group: maybe('OrgnlGrpInfAndSts', group), transactions: many('TxInfAndSts', transaction) })),
  resolution: maybe('RsltnRltdInf', resolution),
})
export type ResolutionOfInvestigation = Model<typeof resolutionOfInvestigation>
