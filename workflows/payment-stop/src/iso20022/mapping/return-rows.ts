import type { Advice } from './attention.ts'

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
    words: 'Returned on another ground, often before money was held.',
  },
  { reasons: ['AM07', 'AC06', 'AC16', 'RR04'], words: 'Returned though blocked.', attention: 'ASK_INSTITUTION', advice: blocked },
  {
    reasons: ['NARR'],
    words: 'Returned for a reason given as text.',
    attention: 'READ_WORDS',
    advice: 'Read why the bank returned the money.',
  },
  { reasons: ['*'], words: 'Returned for any other reason, or none.' },
]
