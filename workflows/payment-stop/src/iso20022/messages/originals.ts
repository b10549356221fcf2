import { many, maybe, one } from '../codec/codec.ts'
import { code, dateTime, flag, money, option, text, text35 } from '../codec/leaves.ts'
import { choice, record } from '../codec/record.ts'
import { account, agent, party, partyOrAgent } from './parties.ts'

// What several messages say of a case, of the payment it is about, and why.

export const caseOf = record({
  id: one('Id', text35),
  creator: one('Cretr', partyOrAgent),
  reopened: maybe('ReopCaseIndctn', flag),
})

export const assignment = record({
  id: one('Id', text35),
  assigner: one('Assgnr', partyOrAgent),
  assignee: one('Assgne', partyOrAgent),
  createdAt: one('CreDtTm', dateTime),
})

/** The message that carried the original payment. */
export const originalMessage = record({
  messageId: one('OrgnlMsgId', text35),
  messageName: one('OrgnlMsgNmId', text35),
  createdAt: maybe('OrgnlCreDtTm', dateTime),
})

/** Of OriginalTransactionReference, whose account was debited and whose credited. */
export const originalParties = record({
  debtor: maybe('Dbtr', partyOrAgent),
  debtorAccount: maybe('DbtrAcct', account),
  debtorAgent: maybe('DbtrAgt', agent),
  creditorAgent: maybe('CdtrAgt', agent),
  creditor: maybe('Cdtr', partyOrAgent),
  creditorAccount: maybe('CdtrAcct', account),
})

/** A reason by its code, with words of 105 characters a line. */
export const reasonBy = (codes: typeof code) =>
  record({
    originator: maybe('Orgtr', party),
    reason: maybe('Rsn', choice({ code: one('Cd', codes), proprietary: one('Prtry', text35) })),
    lines: many('AddtlInf', text(105)),
  })

export const reason = reasonBy(code)

export const charge = record({ amount: one('Amt', money), agent: one('Agt', agent) })
export const chargeBearer = option(['DEBT', 'CRED', 'SHAR', 'SLEV'])

export const settlement = record({
  method: one('SttlmMtd', option(['INDA', 'INGA', 'COVE', 'CLRG'])),
  account: maybe('SttlmAcct', account),
})
