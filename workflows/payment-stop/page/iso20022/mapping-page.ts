import { cbprCancellationReasons, cbprStatuses, cbprStatusReasons } from '../../src/iso20022/cbpr.ts'
import { orderRows } from '../../src/iso20022/mapping/order-rows.ts'
import { paymentFields } from '../../src/iso20022/mapping/payment-fields.ts'
import { requestFields } from '../../src/iso20022/mapping/request-fields.ts'
import { type ResolutionRow, resolutionRows } from '../../src/iso20022/mapping/resolution-rows.ts'
import { returnRows } from '../../src/iso20022/mapping/return-rows.ts'
import { definitions, messageKinds } from '../../src/iso20022/message.ts'
import { supplementNamespace } from '../../src/iso20022/messages/supplement.ts'
import { type OrderKind, orderKindSchema } from '../../src/language/index.ts'

/** docs/reference/iso20022.md: the meaning of bank messages, from the table that the code follows. */
export const mappingPage = (): string => `---
reader: bank
task: look up how a bank message is mapped
---
# ISO 20022 mapping

For developers of a bank: the codes, elements and versions of each message. [Exchange bank messages](../bank/iso20022.md) has samples.

Made by \`npm run generate\` from \`workflows/payment-stop/src/iso20022\`.

\`holdfast convert FILE\` translates a message without an engine. If a message leaves open what happened, an officer gets an alert with the question to ask.

## Messages

| message | meaning | parsed | written |
|---|---|---|---|
${messageKinds.map(messageRow).join('\n')}

The namespace gives the version. The engine ignores unknown parts of later versions. Written messages are valid by their XSD, if one is available (none for pacs.004.001.09).
Parsed messages lose tax, regulatory reporting, postal details and identity numbers of persons.

Limits: a million characters, 64 levels, 20,000 elements, 32 attributes on one element, and no DOCTYPE.

## Orders to a bank

| order | message | reason |
|---|---|---|
${orderKindSchema.options.map(orderRow).join('\n')}

The **case** of a message is the request, its **assignment** the order: the 32 hex digits of the id.
In CBPR+ a case has the first 16 digits. A pacs.004 has no case.

## Answers: camt.029

The engine reads the status in \`TxCxlSts\`, \`GrpCxlSts\` or \`Sts/Conf\`, in this order.
If statuses or reasons contradict each other, it reports nothing, and an officer has to ask. \`AddtlInf\` becomes a note.

Statuses: *done* is CNCL or ACCR, *in part* PECR or PACR, *pending* PDCR, *refused* RJCR.

The reasons mean what ISO's external code list says. An answer without a code has that of the bank. NARR and INFO are text.

| status | reason | answer | alert | meaning |
|---|---|---|---|---|
${resolutionTable(resolutionRows)}

| alert | an officer |
|---|---|
| \`ASK_INSTITUTION\` | asks the institution the question in the alert |
| \`IN_PART\` | asks what became of the rest |
| \`LOOK_FOR_RETURN\` | looks for the pacs.004 at the victim's bank |
| \`READ_WORDS\` | reads the text and reports what it says |

PTNA has no details of the onward payment, so no onward request follows from it alone.
A later camt.029 does not [correct an earlier answer](../bank/answer.md): the correction stays JSON.

## Returns: pacs.004

Every reason leads to the answer \`returned\`.

| reason | returned | alert |
|---|---|---|
${returnRows.map(({ reasons, words, attention }) => `| ${reasons.map(nameOfReason).join(', ')} | ${words.replace(/^Returned /, '')} | ${attention ? `\`${attention}\`` : ''} |`).join('\n')}

**Amounts** count in the currency of the request. \`RtrdIntrBkSttlmAmt\` is net of charges. Charges (\`ChrgsInf\`) in that currency add up to \`charges\`; an officer checks others.
If the received amount has another currency, the engine counts \`RtrdInstdAmt\` minus the charges. \`XchgRate\` is kept as reported (V19).
If \`RtrdInstdAmt\` is missing, nothing counts, and an officer has to ask.

## Freeze request: camt.056

| field | element | without the supplement |
|---|---|---|
${requestFields.map(({ field, element, concluded = '' }) => `| \`${field}\` | \`${element}\` | ${concluded} |`).join('\n')}

Elements are in \`TxInf\` unless their path says otherwise. NOTPROVIDED counts as absent.
The other fields are JSON in \`SplmtryData/Envlp\`, in one element \`FreezeRequest\` of the namespace \`${supplementNamespace}\`.
A value in both places must be the same.

A bank's own camt.056 becomes a draft with a list of missing fields. \`OrgnlCreDtTm\` is the creation time of the original message; some banks write midnight.
With \`--profile cbpr\`, \`holdfast convert\` writes the recall of the victim's bank, without supplement or officer.

## Payment: pacs.008

| field of \`payment\` | element |
|---|---|
${paymentFields.map(({ field, element }) => `| \`${field}\` | \`${element}\` |`).join('\n')}

The sender of the request gives the rail.

## CBPR+

\`--profile cbpr\` checks a message against SWIFT's cross-border profile: one payment per message, banks by BIC, offsets as +00:00, characters, lengths, required and forbidden elements.
Its guidelines are not public, so the network may still refuse a message that passes.

| | allowed |
|---|---|
| reason of a camt.056 | ${cbprCancellationReasons.join(' ')} |
| status of a camt.029 | ${cbprStatuses.join(' ')} |
| reason of a camt.029 | ${cbprStatusReasons.join(' ')} |

ISO spells an indemnity IDMN in a camt.029, and CBPR+ INDM. The engine accepts both.
`

function messageRow(kind: (typeof messageKinds)[number]): string {
  const { family, oldest, written } = definitions[kind]
  return `| ${family} | \`${kind}\` | from ${family}.001.${String(oldest).padStart(2, '0')} on | ${written.join(', ')} |`
}

function orderRow(kind: OrderKind): string {
  const { message = '–', words } = orderRows[kind]
  return `| \`${kind}\` | ${message} | ${words} |`
}

const standingWords: Readonly<Record<ResolutionRow['when'], string>> = {
  done: 'done',
  inPart: 'in part',
  pending: 'pending',
  refused: 'refused',
  other: 'any other',
  IPAY: 'IPAY',
  INFO: 'INFO',
  CWFW: 'CWFW',
  FTNA: 'FTNA',
}
const nameOfReason = (reason: string) => (reason === '*' ? 'any other' : reason || 'none')

/** Rows with equal status, answer and alert are one row. An answer whose code is the bank's reason has it without repeating it. */
function resolutionTable(rows: readonly ResolutionRow[]): string {
  const cellsOf = ({ when, reason, answer, as, basis, attention }: ResolutionRow) => {
    const said = as === reason ? '' : (as ?? basis ?? '')
    return {
      status: standingWords[when],
      result: `${answer ? `\`${answer}\` ${said}`.trim() : '–'} | ${attention ? `\`${attention}\`` : ''}`,
    }
  }
  const groups = [...Map.groupBy(rows, row => JSON.stringify(cellsOf(row))).values()]
  return groups
    .map(same => {
      const { status, result } = cellsOf(same[0] as ResolutionRow)
      const { words, attention, when } = same[0] as ResolutionRow
      const isClear = same.length > 1 || attention === 'READ_WORDS' || when === 'other'
      return `| ${status} | ${same.map(({ reason }) => nameOfReason(reason)).join(', ')} | ${result} | ${isClear ? '' : words} |`
    })
    .join('\n')
}
