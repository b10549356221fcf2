import type { AnswerKind, InterimReason } from '../../language/index.ts'
import type { Advice } from './attention.ts'

/** How a camt.029 stands to what was asked. */
export type ResolutionStatus = 'done' | 'inPart' | 'pending' | 'refused' | 'other'

export const resolutionStatuses: Readonly<Record<string, ResolutionStatus>> = {
  CNCL: 'done',
  ACCR: 'done',
  PECR: 'inPart',
  PACR: 'inPart',
  PDCR: 'pending',
  RJCR: 'refused',
}

export interface ResolutionRow extends Partial<Advice> {
  /** The status, or what it amounts to. */
  readonly when: ResolutionStatus | 'IPAY' | 'INFO' | 'CWFW' | 'FTNA'
  /** The reason; '' for none given, '*' for any that has no row. */
  readonly reason: string
  readonly answer?: AnswerKind
  /** What the answer's own reason is. */
  readonly as?: InterimReason | 'AM04' | 'AC03' | 'AC04' | 'NOOR'
  readonly basis?: 'CONSENT' | 'INDEMNITY'
  readonly words: string
}
const interim = (when: 'pending' | 'refused', reason: InterimReason, words: string): ResolutionRow => ({
  when,
  reason,
  answer: 'interim',
  as: reason,
  words,
})

export const resolutionRows: readonly ResolutionRow[] = [
  {
    when: 'done',
    reason: '*',
    answer: 'returnInitiated',
    basis: 'CONSENT',
    words: 'The bank agrees to return the money: no hold.',
  },
  { when: 'done', reason: 'INDM', answer: 'returnInitiated', basis: 'INDEMNITY', words: 'The bank agrees under an indemnity.' },
  {
    when: 'inPart',
    reason: '*',
    answer: 'returnInitiated',
    basis: 'CONSENT',
    words: 'The bank agrees for a part. It counts when it arrives.',
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
  { when: 'pending', reason: 'PTNA', answer: 'interim', as: 'S003', words: 'Passed to the next agent.' },
  interim('pending', 'S004', 'Delivered there.'),
  interim('pending', 'RQDA', 'The holder’s authority to debit is needed.'),
  interim('pending', 'ADAC', 'The holder has not yet given it.'),
  interim('pending', 'ARPL', 'A reply is awaited.'),
  interim('pending', 'INDM', 'An indemnity is needed.'),
  interim('pending', 'CUST', 'The holder refuses, for now.'),
  interim('pending', 'NOAS', 'The holder does not answer.'),
  {
    when: 'pending',
    reason: 'NARR',
    answer: 'interim',
    as: 'S000',
    words: 'As text.',
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
    words: 'To the country of the next agent (`Assgne` of the transaction).',
    attention: 'ASK_INSTITUTION',
    advice:
      'The money has been passed on. Ask for the next bank, its country, the account, the amount and the payment’s references, so that it can be followed.',
  },
  interim('refused', 'CUST', 'The holder refuses. The return needs an indemnity or an order.'),
  interim('refused', 'NOAS', 'The holder does not answer.'),
  interim('refused', 'RQDA', 'Refused until the holder gives authority to debit.'),
  interim('refused', 'ADAC', 'Refused until the holder gives it.'),
  interim('refused', 'ARPL', 'No reply has come yet.'),
  interim('refused', 'INDM', 'Refused until an indemnity is given.'),
  {
    when: 'refused',
    reason: 'LEGL',
    words: 'A law forbids the return, or an authority has frozen the money already.',
    attention: 'ASK_INSTITUTION',
    advice:
      'The bank refuses by law (LEGL). Ask whether an authority has frozen the money: if so, by whose order, how much and until when, and report the freeze; if not, which law forbids the return.',
  },
  {
    when: 'refused',
    reason: 'RR04',
    words: 'A regulatory reason, as LEGL.',
    attention: 'ASK_INSTITUTION',
    advice: 'The bank names a regulatory reason (RR04). Ask whether the money is frozen, by whose order, how much and until when.',
  },
  {
    when: 'refused',
    reason: 'ARDT',
    words: 'It counts when its pacs.004 arrives.',
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
    words: 'As text.',
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
    words: 'A payment is announced without its basis (V23).',
    attention: 'LOOK_FOR_RETURN',
    advice: 'The bank announces a payment. Ask on what ground it returns the money, report that, and look for the pacs.004.',
  },
  {
    when: 'INFO',
    reason: '*',
    words: 'Information as text.',
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
