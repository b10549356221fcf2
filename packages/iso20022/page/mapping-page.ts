import { type OrderKind, orderKindSchema } from '@holdfast/schemas'
import { cbprCancellationReasons, cbprStatuses, cbprStatusReasons } from '../src/cbpr.ts'
import { orderRows } from '../src/mapping/order-rows.ts'
import { paymentFields } from '../src/mapping/payment-fields.ts'
import { requestFields } from '../src/mapping/request-fields.ts'
import { type ResolutionRow, resolutionRows } from '../src/mapping/resolution-rows.ts'
import { returnRows } from '../src/mapping/return-rows.ts'
import { definitions, messageKinds } from '../src/message.ts'
import { supplementNamespace } from '../src/messages/supplement.ts'

/** docs/iso20022.md: what a bank's message says in our words and the other way, from the table that the code follows. */
export const mappingPage = (): string => `# The banks' messages

Made by \`npm run generate\` from \`packages/iso20022\`; changes belong there.

What the engine says and hears is JSON. Banks speak ISO 20022. This page is the whole of what is translated, and of what is not: where no message says a thing honestly,
it stays JSON or a letter, and where a message leaves open what happened, a person is told what to ask. \`holdfast convert FILE\` does all of it without an engine.

Three things are never mixed. **A consent is not a freeze**: a camt.029 with CNCL announces a return, and nothing is held until an institution reports a hold. **A freeze
is not a recovery**: money counts as back when its pacs.004 is there. **A UETR is no key**: unrelated cases have been seen to share one (V13).

## Messages

| message | in our words | read | written |
|---|---|---|---|
${messageKinds.map(messageRow).join('\n')}

With a business header (head.001.001.01, .02, .03) and without, in any wrapper, under any prefix, in UTF-8 or UTF-16. The version is the namespace's; in a later one, what
is not known is passed over. What is written is valid by its XSD; of those versions whose XSD is not at hand, pacs.004.001.09 among them, only that it is read back the
same has been shown. Read and written again, a message loses what a payment stop has no use for: tax, regulatory reporting, postal details, identity numbers of persons.

A DOCTYPE is refused, and so is what has more than a million characters, 64 levels, 20,000 elements or 32 attributes on one element.

## Orders to a bank

| order | message | |
|---|---|---|
${orderKindSchema.options.map(orderRow).join('\n')}

The **case** of a message is the request and its **assignment** the order, each as the 32 hex digits of its id, since with hyphens a UUID is one character longer than
a reference may be. Every answer repeats the case. CBPR+ gives a case 16 characters: there it is the first 16 digits, by which the request is found, and looked at.
A pacs.004 has no place for a case. Where its bank does not put it into the words, a person finds the request by the payment.

## A bank's answer: camt.029

The status is that of the payment (\`TxCxlSts\`), of its group (\`GrpCxlSts\`) or of the whole (\`Sts/Conf\`), the first that is there; where two of them exclude each other, or two
reasons do, nothing is reported and a person asks. *Done* is CNCL or ACCR, *in part* PECR or PACR, *pending* PDCR, *refused* RJCR. Words (\`AddtlInf\`) go along as a note.

| status | reason | answer | | a person |
|---|---|---|---|---|
${resolutionRows.map(resolutionRow).join('\n')}

**A later camt.029 corrects no earlier answer.** The ledger refuses what contradicts an earlier answer, and the refusal says how to correct that one. No message carries a correction:
it stays JSON ([correct an answer](institutions.md#correct-an-answer)).

## Money that is back: pacs.004

| reason | answer | | a person |
|---|---|---|---|
${returnRows.map(({ reasons, words, advice = '' }) => `| ${reasons.map(nameOfReason).join(', ')} | \`returned\` | ${words} | ${advice} |`).join('\n')}

**Amounts** count in the currency of the request. \`RtrdIntrBkSttlmAmt\` is what came, charges already off. Charges (\`ChrgsInf\`) in that currency add up to \`charges\`; in another
they are told to a person and are in no sum. Where what came is in another currency, \`RtrdInstdAmt\` in the request's, less the charges, is the amount; what came and \`XchgRate\`
are kept as \`converted\`, as they were told: no rate is ever computed (V19). Where that is missing, nothing is counted and a person asks.

## A freeze request as camt.056

| field | element | |
|---|---|---|
${requestFields.map(({ field, element, concluded = '' }) => `| \`${field}\` | \`${element}\` | ${concluded && `concluded: ${concluded}; what the supplement says goes before`} |`).join('\n')}

Elements are those of \`TxInf\` unless they say otherwise; NOTPROVIDED is nothing. Everything else (contact, offence, attestations, handling, victim, the requested amount …) has
no element. It comes in \`SplmtryData/Envlp\`, as JSON in one element \`FreezeRequest\` of the namespace \`${supplementNamespace}\`, with the property names of the freeze
request. What is said in both places must be said alike. A complete request goes out and comes back the same; a bank's own camt.056 is a draft that lists what is missing.

\`OrgnlCreDtTm\` is when the message was made, as near to the payment as a camt.056 comes; some banks write midnight.

For the victim's bank to send by SWIFT, \`--profile cbpr\` makes the recall instead: the bank as sender, no supplement, nothing of the officer.

## The payment itself: pacs.008

| field of \`payment\` | element |
|---|---|
${paymentFields.map(({ field, element }) => `| \`${field}\` | \`${element}\` |`).join('\n')}

The rail is for whoever sends the request to say.

## CBPR+

\`--profile cbpr\` holds a message against SWIFT's cross-border profile: one payment in a message, banks by their BIC, offsets as +00:00, its characters, its lengths, what it
demands and what it leaves out. Its guidelines are not public: this is what published implementations of them agree on, and the network may still refuse what passes.

| | allowed |
|---|---|
| reason of a camt.056 | ${cbprCancellationReasons.join(' ')} |
| status of a camt.029 | ${cbprStatuses.join(' ')} |
| reason of a camt.029 | ${cbprStatusReasons.join(' ')} |

ISO spells the wish for an indemnity IDMN in a camt.029 and INDM in a camt.056, CBPR+ spells it INDM in both: both are read, and each profile is written its own.
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
