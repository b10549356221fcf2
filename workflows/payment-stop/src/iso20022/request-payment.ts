import type { FreezeRequest } from '../language/index.ts'
import type { Codec, Profile } from './codec/codec.ts'
import { date, dateTime, text, text35 } from './codec/leaves.ts'
import { notProvided } from './mapping/provided.ts'
import type { CancelledTransaction } from './messages/cancellation-request.ts'
import { withOffset } from './with-offset.ts'

type Payment = FreezeRequest['payment']

/** A value, if its element can hold it. Other values are left out, and go into the supplement if there is one. */
const carried =
  <T>({ schema }: Codec<T>) =>
  (value: T | undefined): T | undefined =>
    value !== undefined && schema.safeParse(value).success ? value : undefined

export const fitting = {
  reference: (value: string | undefined) => (value === notProvided ? undefined : carried(text35)(value)),
  name: carried(text(140)),
  account: carried(text(34)),
  date: carried(date),
  dateTime: carried(dateTime),
}

const given = <T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }

/** CBPR+ allows 16 characters for an instruction. */
const cbprInstructionMax = 16

/** The references of the original payment. CBPR+ requires some of them even if they are unknown. */
export function paymentIds(payment: Payment, profile: Profile) {
  const known = {
    messageId: fitting.reference(payment.messageId),
    endToEndId: fitting.reference(payment.endToEndId),
    instructionId: fitting.reference(payment.instructionId),
  }
  const isCbpr = profile === 'cbpr'
  const filled = isCbpr
    ? { messageId: notProvided, endToEndId: notProvided, ...given({ messageId: known.messageId, endToEndId: known.endToEndId }) }
    : known
  const createdAt = fitting.dateTime(payment.executedAt)
  const originalMessage = filled.messageId && {
    messageId: filled.messageId,
    messageName: 'pacs.008',
    ...(createdAt && { createdAt: isCbpr ? withOffset(createdAt) : createdAt }),
  }
  const instructionId = isCbpr && (known.instructionId?.length ?? 0) > cbprInstructionMax ? undefined : known.instructionId
  return given({
    originalMessage: originalMessage || undefined,
    instructionId,
    endToEndId: filled.endToEndId,
    transactionId: fitting.reference(payment.transactionId),
    uetr: payment.uetr,
    amount: payment.amount,
    settlementDate: fitting.date(payment.settlementDate),
  }) satisfies Partial<CancelledTransaction>
}

/** The account holders of the payment. */
export function originalOf({ debtor, debtorAgent, creditor, creditorAgent }: Payment): NonNullable<CancelledTransaction['original']> {
  const partyOf = ({ name }: Payment['debtor']) => (fitting.name(name) === undefined ? undefined : { party: { name } })
  const accountOf = ({ account }: Payment['debtor']) =>
    'iban' in account || fitting.account(account.other) !== undefined ? account : undefined
  const bankName = fitting.name(creditorAgent.name)
  return given({
    debtor: partyOf(debtor),
    debtorAccount: accountOf(debtor),
    debtorAgent: { bic: debtorAgent.bic },
    creditorAgent: { bic: creditorAgent.bic, ...(bankName && { name: bankName }) },
    creditor: partyOf(creditor),
    creditorAccount: accountOf(creditor),
  })
}
