import type { Problem } from '@holdfast/schemas'
import { definitions, type IsoMessage } from './message.ts'
import type { CancelledTransaction } from './messages/cancellation-request.ts'
import type { BusinessHeader } from './messages/header.ts'
import type { PartyOrAgent } from './messages/parties.ts'
import type { ReturnedTransaction } from './messages/payment-return.ts'
import type { ResolvedTransaction } from './messages/resolution.ts'
import { withOffset } from './with-offset.ts'

// SWIFT's cross-border profile of the messages: what it requires, forbids and allows. Its guidelines are not public.
// This is
// what published implementations agree on for a payment stop, so the network may still refuse a message that passes.

export const cbprCancellationReasons = ['DUPL', 'CUTA', 'UPAY', 'CUST', 'CURR', 'AGNT', 'TECH', 'FRAD', 'COVR', 'AM09', 'NARR']
export const cbprStatuses = ['CNCL', 'PDCR', 'RJCR']
export const cbprStatusReasons = ['NOOR', 'NOAS', 'ARDT', 'CUST', 'AGNT', 'LEGL', 'AC04', 'AM04', 'PTNA', 'RQDA', 'INDM', 'NARR']

/** The annual release of the profile changes its last digits. */
const service = 'swift.cbprplus.03'

/** The business header that CBPR+ requires. */
export const cbprHeader = (
  definition: string,
  { from, to, id, createdAt }: { readonly from: PartyOrAgent; readonly to: PartyOrAgent; readonly id: string; readonly createdAt: string },
): BusinessHeader & { readonly name: string } => ({
  name: 'head.001.001.02',
  from,
  to,
  messageId: id,
  definition,
  service,
  createdAt: withOffset(createdAt),
})

/** Why a message is not a CBPR+ message, each problem with its XPath; empty if none is known. */
export function checkCbpr(message: IsoMessage): Problem[] {
  const check = createCheck()
  checkHeader(message, check)
  checkDates(message, check)
  const root = `/Document/${definitions[message.kind].root}`
  switch (message.kind) {
    case 'cancellationRequest': {
      const { assignment, underlying, case: whole, control, supplement } = message.body
      checkAssignment(assignment, `${root}/Assgnmt`, check)
      check.absent(`${root}/Case`, whole)
      check.absent(`${root}/CtrlData`, control)
      check.absent(`${root}/SplmtryData`, supplement)
      check.absent(`${root}/Undrlyg/OrgnlGrpInfAndCxl`, underlying.find(({ group }) => group)?.group)
      const at = `${root}/Undrlyg/TxInf`
      const transaction = check.only(
        at,
        underlying.flatMap(({ transactions = [] }) => transactions),
      )
      if (transaction) checkCancelled(transaction, at, check)
      break
    }
    case 'resolutionOfInvestigation': {
      const { assignment, status, details = [], case: whole, resolution } = message.body
      checkAssignment(assignment, `${root}/Assgnmt`, check)
      check.absent(`${root}/RslvdCase`, whole)
      check.absent(`${root}/RsltnRltdInf`, resolution)
      check.absent(`${root}/CxlDtls/OrgnlGrpInfAndSts`, details.find(({ group }) => group)?.group)
      const confirmation = 'confirmation' in status ? status.confirmation : undefined
      check.oneOf(`${root}/Sts/Conf`, confirmation, cbprStatuses)
      const at = `${root}/CxlDtls/TxInfAndSts`
      const transaction = check.only(
        at,
        details.flatMap(({ transactions = [] }) => transactions),
      )
      if (transaction) checkResolved(transaction, confirmation, at, check)
      break
    }
    case 'paymentReturn': {
      if (message.name !== 'pacs.004.001.09') check.say('/Document', 'must be pacs.004.001.09')
      const at = `${root}/TxInf`
      const transaction = check.only(at, message.body.transactions ?? [])
      if (transaction) checkReturned(transaction, at, check)
      break
    }
    case 'paymentStatusRequest': {
      const at = `${root}/TxInf`
      const transaction = check.only(at, message.body.transactions ?? [])
      check.present(`${at}/OrgnlEndToEndId`, transaction?.endToEndId)
      check.present(`${at}/OrgnlUETR`, transaction?.uetr)
      check.present(`${at}/InstgAgt/FinInstnId/BICFI`, transaction?.instructingAgent?.bic)
      check.present(`${at}/InstdAgt/FinInstnId/BICFI`, transaction?.instructedAgent?.bic)
      break
    }
    case 'customerCreditTransfer': {
      const at = `${root}/CdtTrfTxInf`
      const transaction = check.only(at, message.body.transactions)
      check.present(`${at}/PmtId/InstrId`, transaction?.id.instructionId)
      check.present(`${at}/PmtId/UETR`, transaction?.id.uetr)
      check.present(`${at}/IntrBkSttlmDt`, transaction?.settlementDate)
      check.present(`${at}/InstgAgt/FinInstnId/BICFI`, transaction?.instructingAgent?.bic)
      check.present(`${at}/InstdAgt/FinInstnId/BICFI`, transaction?.instructedAgent?.bic)
      break
    }
  }
  return check.problems
}

type Check = ReturnType<typeof createCheck>

/** SWIFT's character set X, which CBPR+ requires for references and text. */
const swiftCharacters = /^[0-9a-zA-Z/\-?:().,'+ ]+$/

function createCheck() {
  const problems: Problem[] = []
  const say = (path: string, message: string) => {
    problems.push({ code: 'RULE', path, message })
  }
  return {
    problems,
    say,
    present(path: string, value: unknown) {
      if (value === undefined) say(path, 'is missing, and CBPR+ demands it')
    },
    absent(path: string, value: unknown) {
      if (value !== undefined) say(path, 'has no place in CBPR+')
    },
    /** CBPR+ allows one payment in a message. */
    only<T>(path: string, values: readonly T[]): T | undefined {
      if (values.length !== 1) say(path, `stands ${values.length} times, and CBPR+ wants exactly one`)
      return values.length === 1 ? values[0] : undefined
    },
    oneOf(path: string, value: string | undefined, allowed: readonly string[]) {
      if (value === undefined || !allowed.includes(value)) say(path, `must be one of ${allowed.join(', ')} in CBPR+`)
    },
    reference(path: string, value: string | undefined, max: number) {
      if (value === undefined) return
      if (value.length > max) say(path, `must have at most ${max} characters in CBPR+`)
      if (!swiftCharacters.test(value)) say(path, "must hold only letters, digits, blanks and / - ? : ( ) . , ' + in CBPR+")
    },
  }
}

function checkHeader({ header }: IsoMessage, check: Check): void {
  if (!header) {
    check.say('/AppHdr', 'is missing, and CBPR+ demands it')
    return
  }
  if (header.name !== 'head.001.001.02') check.say('/AppHdr', 'must be head.001.001.02 in CBPR+')
  if (!header.service?.startsWith('swift.cbprplus.')) check.say('/AppHdr/BizSvc', 'must begin with swift.cbprplus.')
  checkBank(header.from, '/AppHdr/Fr/FIId', check)
  checkBank(header.to, '/AppHdr/To/FIId', check)
}

const checkBank = (either: PartyOrAgent, at: string, check: Check) =>
  check.present(`${at}/FinInstnId/BICFI`, 'agent' in either ? either.agent.bic : undefined)

function checkAssignment(
  { assigner, assignee, id }: { assigner: PartyOrAgent; assignee: PartyOrAgent; id: string },
  at: string,
  check: Check,
): void {
  check.reference(`${at}/Id`, id, 35)
  checkBank(assigner, `${at}/Assgnr/Agt`, check)
  checkBank(assignee, `${at}/Assgne/Agt`, check)
}

/** Every date with a time has its offset, as +00:00 and not as Z. */
function checkDates({ header, body }: IsoMessage, check: Check): void {
  const created = 'assignment' in body ? body.assignment.createdAt : body.group.createdAt
  const at = 'assignment' in body ? 'Assgnmt' : 'GrpHdr'
  for (const [path, value] of [
    ['/AppHdr/CreDt', header?.createdAt],
    [`/Document/*/${at}/CreDtTm`, created],
  ])
    if (path && value !== undefined && !/[+-]\d\d:\d\d$/.test(value)) check.say(path, 'must have an offset such as +00:00 in CBPR+')
}

function checkCancelled(transaction: CancelledTransaction, at: string, check: Check): void {
  check.reference(`${at}/CxlId`, transaction.cancellationId, 16)
  check.present(`${at}/Case`, transaction.case)
  check.reference(`${at}/Case/Id`, transaction.case?.id, 16)
  check.present(`${at}/OrgnlGrpInf`, transaction.originalMessage)
  check.reference(`${at}/OrgnlGrpInf/OrgnlMsgId`, transaction.originalMessage?.messageId, 35)
  check.reference(`${at}/OrgnlInstrId`, transaction.instructionId, 16)
  check.present(`${at}/OrgnlEndToEndId`, transaction.endToEndId)
  check.reference(`${at}/OrgnlEndToEndId`, transaction.endToEndId, 35)
  check.reference(`${at}/OrgnlTxId`, transaction.transactionId, 35)
  check.present(`${at}/OrgnlUETR`, transaction.uetr)
  check.present(`${at}/OrgnlIntrBkSttlmAmt`, transaction.amount)
  check.present(`${at}/OrgnlIntrBkSttlmDt`, transaction.settlementDate)
  check.absent(`${at}/OrgnlTxRef`, transaction.original)
  const reason = check.only(`${at}/CxlRsnInf`, transaction.reasons ?? [])
  if (reason) checkReason(reason, cbprCancellationReasons, `${at}/CxlRsnInf`, check)
}

type Reason = NonNullable<CancelledTransaction['reasons']>[number]

/** A code of the profile's list. NARR needs a text (V25). */
function checkReason({ reason, lines = [] }: Reason, allowed: readonly string[], at: string, check: Check): void {
  const code = reason && 'code' in reason ? reason.code : undefined
  check.oneOf(`${at}/Rsn/Cd`, code, allowed)
  if (code === 'NARR' && lines.length === 0) check.say(`${at}/AddtlInf`, 'is missing, and NARR says nothing by itself')
  for (const [index, line] of lines.entries()) check.reference(`${at}/AddtlInf[${index + 1}]`, line, 105)
}

function checkResolved(transaction: ResolvedTransaction, confirmation: string | undefined, at: string, check: Check): void {
  check.present(`${at}/CxlStsId`, transaction.statusId)
  check.reference(`${at}/CxlStsId`, transaction.statusId, 16)
  check.present(`${at}/RslvdCase`, transaction.case)
  check.reference(`${at}/RslvdCase/Id`, transaction.case?.id, 16)
  check.present(`${at}/OrgnlGrpInf`, transaction.originalMessage)
  check.present(`${at}/OrgnlUETR`, transaction.uetr)
  check.absent(`${at}/TxCxlSts`, transaction.status)
  check.absent(`${at}/RsltnRltdInf`, transaction.resolution)
  check.absent(`${at}/OrgnlIntrBkSttlmAmt`, transaction.amount)
  check.absent(`${at}/OrgnlIntrBkSttlmDt`, transaction.settlementDate)
  check.absent(`${at}/OrgnlTxRef`, transaction.original)
  const { reasons = [] } = transaction
  const [first, second] = reasons
  if (second) check.say(`${at}/CxlStsRsnInf`, `stands ${reasons.length} times, and CBPR+ wants one`)
  if (first) checkReason(first, cbprStatusReasons, `${at}/CxlStsRsnInf`, check)
  else if (confirmation === 'RJCR') check.say(`${at}/CxlStsRsnInf`, 'is missing, and RJCR needs a reason')
}

function checkReturned(transaction: ReturnedTransaction, at: string, check: Check): void {
  check.present(`${at}/OrgnlEndToEndId`, transaction.endToEndId)
  check.present(`${at}/OrgnlUETR`, transaction.uetr)
  check.present(`${at}/IntrBkSttlmDt`, transaction.settlementDate)
  check.present(`${at}/ChrgBr`, transaction.chargeBearer)
  check.present(`${at}/InstgAgt/FinInstnId/BICFI`, transaction.instructingAgent?.bic)
  check.present(`${at}/InstdAgt/FinInstnId/BICFI`, transaction.instructedAgent?.bic)
  check.present(`${at}/RtrChain`, transaction.chain)
  const reason = check.only(`${at}/RtrRsnInf`, transaction.reasons ?? [])
  const code = reason?.reason && 'code' in reason.reason ? reason.reason.code : undefined
  if (reason) check.present(`${at}/RtrRsnInf/Rsn/Cd`, code)
  if (code === 'NARR' && !reason?.lines) check.say(`${at}/RtrRsnInf/AddtlInf`, 'is missing, and NARR says nothing by itself')
}
