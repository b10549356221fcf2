import type { AnswerKind, InterimReason, OrderKind } from '@holdfast/schemas'
import type { CancellationRequest, CancelledTransaction } from './messages/cancellation-request.ts'
import type { CustomerCreditTransfer, TransferredPayment } from './messages/credit-transfer.ts'
import { bicCountry, partyCountry } from './party-country.ts'

// What a bank's message says in our words, and the other way: the one table that the functions of this room follow and docs/iso20022.md shows.

/** What no message decides: what a person has to look at, and what to do. */
export const attentionCodes = [
  'ASK_INSTITUTION',
  'LOOK_FOR_RETURN',
  'READ_WORDS',
  'IN_PART',
  'CONTRADICTION',
  'AMOUNT_UNCLEAR',
  'NOT_AN_ANSWER',
] as const
export type AttentionCode = (typeof attentionCodes)[number]

interface Advice {
  readonly attention: AttentionCode
  /** What the person does, as a sentence. */
  readonly advice: string
}

/** What an order becomes. */
export const orderRows: Readonly<Record<OrderKind, { readonly message?: 'camt.056' | 'pacs.028'; readonly words: string }>> = {
  freeze: {
    message: 'camt.056',
    words:
      'FRAD. The case is the request, the assignment the order. How much to hold, on which law, and that the holder must not be told stand in the additional lines, since a camt.056 asks for the payment back and knows no hold.',
  },
  chase: {
    message: 'pacs.028',
    words: 'It asks after the camt.056 of the freeze order, or after the payment where that order is not at hand.',
  },
  release: {
    words:
      'Stays JSON or a letter. No message lifts a hold: a camt.029 to the bank would be read as an answer to a question it never asked, and a second camt.056 as a second recall.',
  },
  cancel: {
    words:
      'Stays JSON or a letter. ISO has camt.032 to cancel an assignment, which CBPR+ does not use and no bank is known to act on; until the bank confirms, the recall stands.',
  },
  information: {
    words:
      'Stays JSON or a letter. Its message, camt.111, goes through the SWIFT Case Orchestrator only and never from one party to another.',
  },
}

/** How a camt.029 stands to what was asked. */
export type Standing = 'done' | 'inPart' | 'pending' | 'refused' | 'other'

export const standings: Readonly<Record<string, Standing>> = {
  CNCL: 'done',
  ACCR: 'done',
  PECR: 'inPart',
  PACR: 'inPart',
  PDCR: 'pending',
  RJCR: 'refused',
}

interface Row extends Partial<Advice> {
  /** The status, or what it amounts to. */
  readonly when: Standing | 'IPAY' | 'INFO' | 'CWFW' | 'FTNA'
  /** The reason; '' for none given, '*' for any that has no row. */
  readonly reason: string
  readonly answer?: AnswerKind
  /** What the answer's own reason is. */
  readonly as?: InterimReason | 'AM04' | 'AC03' | 'AC04' | 'NOOR'
  readonly basis?: 'CONSENT' | 'INDEMNITY'
  readonly words: string
}
export type ResolutionRow = Row

const interim = (when: 'pending' | 'refused', reason: InterimReason, words: string): Row => ({
  when,
  reason,
  answer: 'interim',
  as: reason,
  words,
})

const holdAsked = 'It is no freeze: nothing is held until the bank reports a hold, and nothing is back until a pacs.004 comes'

export const resolutionRows: readonly Row[] = [
  {
    when: 'done',
    reason: '*',
    answer: 'returnInitiated',
    basis: 'CONSENT',
    words: `The bank agrees and will send the money back. ${holdAsked}.`,
  },
  { when: 'done', reason: 'INDM', answer: 'returnInitiated', basis: 'INDEMNITY', words: 'The bank agrees under an indemnity.' },
  {
    when: 'inPart',
    reason: '*',
    answer: 'returnInitiated',
    basis: 'CONSENT',
    words: 'The bank agrees for a part. Which, it says in an amount or in words; it counts when it comes.',
    attention: 'IN_PART',
    advice: 'Only a part comes back. Ask what became of the rest, and report it when the bank says: held, moved onward, or gone.',
  },
  { when: 'pending', reason: '', answer: 'interim', as: 'S000', words: 'Received, nothing decided.' },
  interim('pending', 'S000', 'A valid request was received.'),
  {
    when: 'pending',
    reason: 'S001',
    answer: 'interim',
    as: 'S000',
    words: 'The payment is on the network’s list of payments to stop.',
  },
  {
    when: 'pending',
    reason: 'S002',
    answer: 'interim',
    as: 'S000',
    words: 'The network stopped the payment on its way.',
    attention: 'ASK_INSTITUTION',
    advice: 'The network stopped the payment before it arrived. Ask the bank that has it now to hold it and to send it back.',
  },
  interim('pending', 'S003', 'Forwarded to the bank that has the money.'),
  { when: 'pending', reason: 'PTNA', answer: 'interim', as: 'S003', words: 'While pending: the request went on to the next agent.' },
  interim('pending', 'S004', 'Delivered there.'),
  interim('pending', 'RQDA', 'The holder’s authority to debit is needed.'),
  interim('pending', 'ADAC', 'The holder has not yet given it.'),
  interim('pending', 'ARPL', 'A reply is awaited.'),
  interim('pending', 'INDM', 'An indemnity is wanted. ISO spells it IDMN here, CBPR+ INDM; both are read.'),
  interim('pending', 'CUST', 'The holder refuses, for now.'),
  interim('pending', 'NOAS', 'The holder does not answer.'),
  {
    when: 'pending',
    reason: 'NARR',
    answer: 'interim',
    as: 'S000',
    words: 'In words.',
    attention: 'READ_WORDS',
    advice: 'Read what the bank says and answer it.',
  },
  {
    when: 'pending',
    reason: '*',
    answer: 'interim',
    as: 'S000',
    words: 'Pending for another reason.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank gives a reason that is not known here. Ask what it waits for.',
  },
  { when: 'refused', reason: 'AM04', answer: 'noFunds', as: 'AM04', words: 'The account is there, the money is not.' },
  { when: 'refused', reason: 'AC03', answer: 'notFound', as: 'AC03', words: 'The account is wrong.' },
  { when: 'refused', reason: 'AC04', answer: 'notFound', as: 'AC04', words: 'The account is closed.' },
  { when: 'refused', reason: 'NOOR', answer: 'notFound', as: 'NOOR', words: 'The payment never came.' },
  {
    when: 'refused',
    reason: 'PTNA',
    answer: 'movedOnward',
    words:
      'The money went on: as much as the resolution says, or all that was asked, to the country of the next agent (`Assgne` of the transaction). A camt.029 has no particulars of that payment, so no child request follows from it alone.',
    attention: 'ASK_INSTITUTION',
    advice:
      'The money has been passed on. Ask for the next bank, its country, the account, the amount and the payment’s references, so that it can be followed.',
  },
  interim('refused', 'CUST', 'The holder refuses: without consent the return needs an indemnity or an order.'),
  interim('refused', 'NOAS', 'The holder does not answer.'),
  interim('refused', 'RQDA', 'Refused until the holder gives authority to debit.'),
  interim('refused', 'ADAC', 'Refused until the holder gives it.'),
  interim('refused', 'ARPL', 'No reply has come yet.'),
  interim('refused', 'INDM', 'Refused until an indemnity is given.'),
  {
    when: 'refused',
    reason: 'LEGL',
    words: 'Two things that differ: a law forbids the return, or an authority has frozen the money already.',
    attention: 'ASK_INSTITUTION',
    advice:
      'The bank refuses by law (LEGL). Ask whether an authority has frozen the money: if so, by whose order, how much and until when, and report the freeze; if not, which law forbids the return.',
  },
  {
    when: 'refused',
    reason: 'RR04',
    words: 'A regulatory reason: as LEGL.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank names a regulatory reason (RR04). Ask whether the money is frozen, by whose order, how much and until when.',
  },
  {
    when: 'refused',
    reason: 'ARDT',
    words: 'Already returned. Counted when its pacs.004 is there, and not on this word.',
    attention: 'LOOK_FOR_RETURN',
    advice:
      'The bank says that it has sent the money back already. Look for the pacs.004 at the victim’s bank, and ask for its reference if it is not there.',
  },
  {
    when: 'refused',
    reason: 'AGNT',
    words: 'An agent refuses, not the holder.',
    attention: 'ASK_INSTITUTION',
    advice:
      'A bank refuses for itself (AGNT). Ask which one and why; where it does not act on its own will, an order of an authority is needed.',
  },
  {
    when: 'refused',
    reason: 'FRNA',
    words: 'The request should go to the next agent.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank says that the next bank must be asked. Ask which one it is, and whether the money has gone there.',
  },
  {
    when: 'refused',
    reason: 'WSEQ',
    words: 'The sequence that the request names is not valid.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank did not find what the request refers to. Check the references of the payment and send the order again.',
  },
  {
    when: 'refused',
    reason: 'NARR',
    words: 'In words.',
    attention: 'READ_WORDS',
    advice: 'The bank refuses in words. Read them, and report what they say as the institution’s answer.',
  },
  {
    when: 'refused',
    reason: '',
    words: 'Refused without a reason.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank refuses without a reason. Ask for it.',
  },
  {
    when: 'refused',
    reason: '*',
    words: 'Refused for another reason.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank refuses for a reason that is not known here. Ask what it means.',
  },
  { when: 'FTNA', reason: '*', answer: 'interim', as: 'S003', words: 'Forwarded to the next agent.' },
  { when: 'CWFW', reason: '*', answer: 'interim', as: 'ARPL', words: 'An answer will follow.' },
  {
    when: 'IPAY',
    reason: '*',
    words: 'A payment is announced, and not on what ground: a return needs consent, an indemnity or an order on record (V23).',
    attention: 'LOOK_FOR_RETURN',
    advice: 'The bank announces a payment. Ask on what ground it returns the money, report that, and look for the pacs.004.',
  },
  {
    when: 'INFO',
    reason: '*',
    words: 'Information in words.',
    attention: 'READ_WORDS',
    advice: 'Read what the bank says, and report what it amounts to.',
  },
  {
    when: 'other',
    reason: '*',
    words: 'Any other status says nothing about a payment stop.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank answers with a status that says nothing about a payment stop. Ask what became of the money.',
  },
]

interface ReturnRow extends Partial<Advice> {
  /** Codes of the external return reason list; '*' for any other. */
  readonly reasons: readonly string[]
  readonly words: string
}

const blocked = 'The money comes back although the bank calls it blocked. Ask by whose order it was, and whether more is held.'

/** Every pacs.004 about the payment is money that is back, whatever its reason: `returned`. */
export const returnRows: readonly ReturnRow[] = [
  { reasons: ['FOCR', 'FR01'], words: 'Returned because it was asked back, or because it was a fraud.' },
  { reasons: ['CUST', 'MD06', 'DUPL', 'AM09', 'UPAY'], words: 'Returned by the holder’s wish or as not owed.' },
  {
    reasons: ['AC01', 'AC03', 'AC04', 'AG01', 'NOOR', 'NOAS', 'SP01', 'SP02', 'MS02', 'MS03', 'AM04', 'ARDT'],
    words:
      'Returned on another ground, often before anything was held: the ledger takes it where a return is under way, and shows it as late or early otherwise.',
  },
  { reasons: ['AM07', 'AC06', 'AC16', 'RR04'], words: 'Returned though blocked.', attention: 'ASK_INSTITUTION', advice: blocked },
  { reasons: ['NARR'], words: 'Returned for a reason in words.', attention: 'READ_WORDS', advice: 'Read why the bank returned the money.' },
  { reasons: ['*'], words: 'Returned for any other reason, or none.' },
]

interface Said {
  readonly message: CancellationRequest
  readonly transaction: CancelledTransaction
}

/** A field of a freeze request, where a camt.056 says it, and how it is read there. */
export interface RequestField {
  readonly field: string
  readonly element: string
  readonly read: (said: Said) => unknown
  /** Not the field itself but what can be concluded: it holds only where nothing else says the field. */
  readonly concluded?: string
}

/** What banks write where they must write something and have nothing. */
export const notProvided = 'NOTPROVIDED'
const provided = (text: string | undefined) => (text === notProvided ? undefined : text)
const hasOffset = (dateTime: string | undefined) => (dateTime && /(Z|[+-]\d\d:\d\d)$/.test(dateTime) ? dateTime : undefined)
const nameIn = (party: { readonly party?: { readonly name?: string } } | object | undefined) =>
  party && 'party' in party ? party.party?.name : undefined

export const requestFields: readonly RequestField[] = [
  { field: 'caseReference', element: 'Case/Id', read: ({ message, transaction }) => provided((transaction.case ?? message.case)?.id) },
  { field: 'reason', element: 'CxlRsnInf/Rsn/Cd', read: ({ transaction }) => reasonCodeOf(transaction) },
  { field: 'payment.uetr', element: 'OrgnlUETR', read: ({ transaction }) => transaction.uetr },
  {
    field: 'payment.messageId',
    element: 'OrgnlGrpInf/OrgnlMsgId',
    read: ({ transaction }) => provided(transaction.originalMessage?.messageId),
  },
  {
    field: 'payment.executedAt',
    element: 'OrgnlGrpInf/OrgnlCreDtTm',
    read: ({ transaction }) => hasOffset(transaction.originalMessage?.createdAt),
  },
  { field: 'payment.instructionId', element: 'OrgnlInstrId', read: ({ transaction }) => provided(transaction.instructionId) },
  { field: 'payment.endToEndId', element: 'OrgnlEndToEndId', read: ({ transaction }) => provided(transaction.endToEndId) },
  { field: 'payment.transactionId', element: 'OrgnlTxId', read: ({ transaction }) => provided(transaction.transactionId) },
  { field: 'payment.amount', element: 'OrgnlIntrBkSttlmAmt', read: ({ transaction }) => transaction.amount },
  { field: 'payment.settlementDate', element: 'OrgnlIntrBkSttlmDt', read: ({ transaction }) => transaction.settlementDate },
  { field: 'payment.debtor.name', element: 'OrgnlTxRef/Dbtr/Pty/Nm', read: ({ transaction }) => nameIn(transaction.original?.debtor) },
  { field: 'payment.debtor.account', element: 'OrgnlTxRef/DbtrAcct', read: ({ transaction }) => transaction.original?.debtorAccount },
  { field: 'payment.debtorAgent.bic', element: 'OrgnlTxRef/DbtrAgt', read: ({ transaction }) => transaction.original?.debtorAgent?.bic },
  {
    field: 'payment.creditorAgent.bic',
    element: 'OrgnlTxRef/CdtrAgt',
    read: ({ transaction }) => transaction.original?.creditorAgent?.bic,
  },
  {
    field: 'payment.creditorAgent.name',
    element: 'OrgnlTxRef/CdtrAgt',
    read: ({ transaction }) => transaction.original?.creditorAgent?.name,
  },
  { field: 'payment.creditor.name', element: 'OrgnlTxRef/Cdtr/Pty/Nm', read: ({ transaction }) => nameIn(transaction.original?.creditor) },
  { field: 'payment.creditor.account', element: 'OrgnlTxRef/CdtrAcct', read: ({ transaction }) => transaction.original?.creditorAccount },
  {
    field: 'requestingCountry',
    element: 'Assgnmt/Assgnr',
    read: ({ message }) => partyCountry(message.assignment.assigner),
    concluded: 'the country of whoever sends it',
  },
  {
    field: 'beneficiaryCountry',
    element: 'OrgnlTxRef/CdtrAgt, or Assgnmt/Assgne',
    read: ({ message, transaction }) => bicCountry(transaction.original?.creditorAgent?.bic) ?? partyCountry(message.assignment.assignee),
    concluded: 'the country of the bank that was credited, or is asked',
  },
  {
    field: 'recall',
    element: 'Assgnmt/Id, Assgnmt/CreDtTm',
    read: ({ message }) => ({
      initiated: true,
      reference: message.assignment.id,
      ...(hasOffset(message.assignment.createdAt) && { at: message.assignment.createdAt }),
    }),
    concluded: 'a bank’s camt.056 is the recall',
  },
]

function reasonCodeOf({ reasons = [] }: CancelledTransaction): string | undefined {
  const [first] = reasons
  return first?.reason && 'code' in first.reason ? first.reason.code : undefined
}

interface Transferred {
  readonly message: CustomerCreditTransfer
  readonly transaction: TransferredPayment
}

/** A field of a request's payment, and where the pacs.008 that was the payment says it. */
export interface PaymentField {
  readonly field: string
  readonly element: string
  readonly read: (transferred: Transferred) => unknown
}

export const paymentFields: readonly PaymentField[] = [
  { field: 'uetr', element: 'PmtId/UETR', read: ({ transaction }) => transaction.id.uetr },
  { field: 'messageId', element: 'GrpHdr/MsgId', read: ({ message }) => provided(message.group.messageId) },
  { field: 'instructionId', element: 'PmtId/InstrId', read: ({ transaction }) => provided(transaction.id.instructionId) },
  { field: 'endToEndId', element: 'PmtId/EndToEndId', read: ({ transaction }) => provided(transaction.id.endToEndId) },
  { field: 'transactionId', element: 'PmtId/TxId', read: ({ transaction }) => provided(transaction.id.transactionId) },
  { field: 'amount', element: 'IntrBkSttlmAmt', read: ({ transaction }) => transaction.amount },
  {
    field: 'executedAt',
    element: 'AccptncDtTm, or GrpHdr/CreDtTm',
    read: ({ message, transaction }) => hasOffset(transaction.acceptedAt) ?? hasOffset(message.group.createdAt),
  },
  {
    field: 'settlementDate',
    element: 'IntrBkSttlmDt, or GrpHdr/IntrBkSttlmDt',
    read: ({ message, transaction }) => transaction.settlementDate ?? message.group.settlementDate,
  },
  { field: 'debtor.name', element: 'Dbtr/Nm', read: ({ transaction }) => transaction.debtor.name },
  { field: 'debtor.account', element: 'DbtrAcct', read: ({ transaction }) => transaction.debtorAccount },
  { field: 'debtorAgent.bic', element: 'DbtrAgt', read: ({ transaction }) => transaction.debtorAgent.bic },
  { field: 'creditor.name', element: 'Cdtr/Nm', read: ({ transaction }) => transaction.creditor.name },
  { field: 'creditor.account', element: 'CdtrAcct', read: ({ transaction }) => transaction.creditorAccount },
  { field: 'creditorAgent.bic', element: 'CdtrAgt', read: ({ transaction }) => transaction.creditorAgent.bic },
  { field: 'creditorAgent.name', element: 'CdtrAgt', read: ({ transaction }) => transaction.creditorAgent.name },
  { field: 'intermediaries', element: 'IntrmyAgt1, IntrmyAgt2, IntrmyAgt3', read: ({ transaction }) => intermediariesOf(transaction) },
]

function intermediariesOf({ intermediary1, intermediary2, intermediary3 }: TransferredPayment) {
  const bics = [intermediary1, intermediary2, intermediary3].flatMap(agent => (agent?.bic ? [{ bic: agent.bic }] : []))
  return bics.length > 0 ? bics : undefined
}
