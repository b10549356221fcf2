import { type OrderKind, orderKindSchema } from '@holdfast/schemas'
import { cbprCancellationReasons, cbprStatuses, cbprStatusReasons } from '../src/cbpr.ts'
import { orderRows } from '../src/mapping/order-rows.ts'
import { paymentFields } from '../src/mapping/payment-fields.ts'
import { requestFields } from '../src/mapping/request-fields.ts'
import { type ResolutionRow, resolutionRows } from '../src/mapping/resolution-rows.ts'
import { returnRows } from '../src/mapping/return-rows.ts'
import { definitions, messageKinds } from '../src/message.ts'
import { supplementNamespace } from '../src/messages/supplement.ts'

/** docs/iso20022.md: the meaning of bank messages, from the table that the code follows. */
export const mappingPage = (): string => `# Bank messages (ISO 20022)

Made by \`npm run generate\` from \`packages/iso20022\`; change it there.

For banks and integrators: how the engine translates between its JSON and ISO 20022. If no message has the same meaning,
it stays JSON or a letter. If a message leaves open what happened, a person gets an alert with the question to ask. \`holdfast convert FILE\` translates without an engine.

Three distinctions matter. **A consent is not a freeze**: a camt.029 with CNCL announces a return, and no money is frozen until an institution reports a hold. **A freeze
is not a recovery**: money counts as returned when its pacs.004 arrives. **A UETR is not a key**: unrelated cases can have the same one (V13).

## Messages

| message | meaning | parsed | written |
|---|---|---|---|
${messageKinds.map(messageRow).join('\n')}

Messages are parsed with or without a business header (head.001.001.01, .02, .03), in any wrapper, with any prefix, in UTF-8 or UTF-16. The namespace gives the version;
unknown parts of a later version are ignored. Written messages are valid by their XSD. If the XSD of a version is not available, such as for pacs.004.001.09, tests show only
that it is read back unchanged. A message that is parsed and written loses parts that a payment stop does not need: tax, regulatory reporting, postal details, identity numbers of persons.

A DOCTYPE is refused, and so is a message with more than a million characters, 64 levels, 20,000 elements or 32 attributes on one element.

## Orders to a bank

| order | message | |
|---|---|---|
${orderKindSchema.options.map(orderRow).join('\n')}

The **case** of a message is the request and its **assignment** the order, each as the 32 hex digits of its id, since with hyphens a UUID is one character longer than
a reference may be. Every answer repeats the case. CBPR+ gives a case 16 characters: there it is the first 16 digits, which are enough to find the request and confirm it.
A pacs.004 has no element for a case. If its bank does not put it into the text, a person finds the request by the payment.

## A bank's answer: camt.029

The status is that of the payment (\`TxCxlSts\`), of its group (\`GrpCxlSts\`) or of the whole (\`Sts/Conf\`), the first one present. If two of them contradict
each other, or two reasons do, nothing is reported and a person has to ask. *Done* is CNCL or ACCR, *in part* PECR or PACR, *pending* PDCR, *refused* RJCR. Text (\`AddtlInf\`) becomes a note.

| status | reason | answer | | a person |
|---|---|---|---|---|
${resolutionRows.map(resolutionRow).join('\n')}

**A later camt.029 does not correct an earlier answer.** The ledger refuses an answer that contradicts an earlier one, and the refusal says how to correct that one. No bank message
carries a correction, so it stays JSON ([correct an answer](institutions.md#correct-an-answer)).

## Returned money: pacs.004

| reason | answer | | a person |
|---|---|---|---|
${returnRows.map(({ reasons, words, advice = '' }) => `| ${reasons.map(nameOfReason).join(', ')} | \`returned\` | ${words} | ${advice} |`).join('\n')}

**Amounts** count in the currency of the request. \`RtrdIntrBkSttlmAmt\` is the received amount, net of charges. Charges (\`ChrgsInf\`) in that currency add up to \`charges\`; in another
a person has to check them, and they are in no sum. If it has another currency, \`RtrdInstdAmt\` in the request's currency minus the charges is the amount. The received amount and \`XchgRate\`
are kept as \`converted\`, as reported: no rate is ever computed (V19). If that is missing, nothing is counted and a person has to ask.

## A freeze request as camt.056

| field | element | |
|---|---|---|
${requestFields.map(({ field, element, concluded = '' }) => `| \`${field}\` | \`${element}\` | ${concluded && `concluded: ${concluded}; the supplement takes precedence`} |`).join('\n')}

Elements are in \`TxInf\` unless their path says otherwise; NOTPROVIDED counts as absent. The other fields (contact, offence, attestations, handling, victim, requested amount …)
have no element. They are in \`SplmtryData/Envlp\`, as JSON in one element \`FreezeRequest\` of the namespace \`${supplementNamespace}\`, with the property names of the freeze
request. A value in both places must be the same. A complete request survives a round trip unchanged. A bank's own camt.056 becomes a draft with a list of missing fields.

\`OrgnlCreDtTm\` is the creation time of the original message, the closest value to the time of payment; some banks write midnight.

For the victim's bank to send by SWIFT, \`--profile cbpr\` writes the recall instead: with the bank as sender, without supplement or officer.

## The payment itself: pacs.008

| field of \`payment\` | element |
|---|---|
${paymentFields.map(({ field, element }) => `| \`${field}\` | \`${element}\` |`).join('\n')}

The sender of the request has to give the rail.

## CBPR+

\`--profile cbpr\` checks a message against SWIFT's cross-border profile: one payment per message, banks by BIC, offsets as +00:00, its characters and lengths, its required and
forbidden elements. Its guidelines are not public. The check follows published implementations, so the network may still refuse a message that passes.

| | allowed |
|---|---|
| reason of a camt.056 | ${cbprCancellationReasons.join(' ')} |
| status of a camt.029 | ${cbprStatuses.join(' ')} |
| reason of a camt.029 | ${cbprStatusReasons.join(' ')} |

ISO spells the request for an indemnity IDMN in a camt.029 and INDM in a camt.056, CBPR+ spells it INDM in both. Both spellings are accepted, and each profile writes its own.
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

function resolutionRow({ when, reason, answer, as, basis, words, advice = '' }: ResolutionRow): string {
  const said = as ?? basis
  return `| ${standingWords[when]} | ${nameOfReason(reason)} | ${answer ? `\`${answer}\`${said ? ` ${said}` : ''}` : '–'} | ${words} | ${advice} |`
}
