import { codeSpan, markdownTable } from '../../docs/markdown-table.ts'
import { problemCodes } from '../src/problem-codes.ts'
import { type RefusalCode, refusals } from '../src/requests/refusals.ts'

const correctCall = 'Correct the call and send it again.'
const waitAndRepeat = 'Wait as `Retry-After` says. Send the same again with the same key.'
const readState = 'Read the request and its actions. Then decide what to send.'
const unknownOutcome = 'The outcome is unknown. Send the same again with the same key.'

/** What the sender does after a refusal. */
const whatToDo: Readonly<Record<RefusalCode, string>> = {
  MALFORMED: 'Correct the fields in `problems`. The key is not used.',
  QUERY_MALFORMED: 'Correct the parameters in `problems`. Unknown parameters are refused.',
  NOT_HTTP: correctCall,
  TOO_SLOW: 'Send the head within 10 s and the body within 15 s.',
  HEAD_TOO_LARGE: 'Send shorter headers: at most 16 kB together.',
  NOT_JSON: 'Correct the body: UTF-8, valid JSON, no member twice.',
  TOO_LARGE: 'Send at most 262,144 bytes.',
  UNSUPPORTED_MEDIA_TYPE: 'Use a media type of `Accept-Post`, without compression.',
  NOT_FOUND: 'Check the path. Other countries’ objects answer the same.',
  METHOD_NOT_ALLOWED: 'Use a method of the `Allow` header.',
  KEY_MISSING: 'Send `Idempotency-Key`: 1 to 64 printable ASCII characters.',
  KEY_IN_FLIGHT: waitAndRepeat,
  KEY_REUSED: 'Use a new key for new content.',
  UNAUTHENTICATED: 'Read `detail`. Make a new token; check key, `kid`, clock and registry.',
  TOKEN_REUSED: 'Make one token for each act. Send again.',
  TOKEN_TOO_LONG: 'Make a token that lives ten minutes at most.',
  SIGN_IN_AGAIN: 'For the page: sign in again. Systems do not get it.',
  FOREIGN_ORIGIN: 'For the page: open the desk at its own address.',
  NOT_PERMITTED: 'Let the role or country act that the message names.',
  NOT_YOUR_COUNTRY: 'Act for your own country only.',
  REQUEST_UNKNOWN: 'Check the id. Other countries’ requests answer the same.',
  WRONG_STATE: readState,
  PERSON_UNPROVED: 'Sign with the key of the person, or sign in at the desk.',
  SAME_PERSON: 'Let another person with the same role approve.',
  AMOUNT_EXCEEDED: 'Compare with the amounts of the request. Send a correct amount.',
  CURRENCY_MISMATCH: 'Send the amount in the currency of the request.',
  AMOUNT_UNREADABLE: 'Use the decimals that the currency has.',
  HOLD_TOO_LONG: 'Choose an end in the future, within the limit of the message.',
  EXTENSION_NOT_ALLOWED: 'Ask for another basis or period, as the message says.',
  NOT_FOLLOWED: 'Read `movedOnward` of the request: it says why.',
  ALREADY_OPEN: 'Use the existing request.',
  HISTORY_FULL: 'Send only commands that advance the request.',
  HELD_FULL: 'Wait for the operator. Send the same again with the same key.',
  ORDER_UNKNOWN: 'Check the order id and the institution of your key.',
  NOT_REDRIVABLE: 'For operators: the original sender must send a corrected record.',
  POSITION_UNKNOWN: 'Start again: a list without `after`, a stream with `from=start`.',
  RATE_LIMITED: waitAndRepeat,
  STORAGE_LOW: waitAndRepeat,
  CLOSED: waitAndRepeat,
  UNAVAILABLE: unknownOutcome,
  INTERNAL: unknownOutcome,
}

/** docs/reference/errors.md: the codes of refusals and problems. */
export function errorsPage(): string {
  const codes = Object.keys(refusals) as RefusalCode[]
  const sorted = codes.sort((a, b) => refusals[a].status - refusals[b].status)
  return `---
reader: developer of a member system
task: look up what a refusal means and what to do
---
# Errors

For developers of a member system or a bank: each code of a refusal, and what to do. [Errors and retries](../member/errors-and-retries.md) shows how to handle them.

Made by \`npm run generate\` from \`schemas/src/requests/refusals.ts\`, \`schemas/src/problem-codes.ts\` and \`schemas/pages/errors-page.ts\`. Change it there.

## Codes of refusals

An error is \`application/problem+json\` (RFC 9457). Branch on \`code\`. If your code does not know a \`code\`, act by the HTTP status. *Key* means the \`Idempotency-Key\`.

${markdownTable(
  ['status', 'code', 'meaning', 'what to do'],
  sorted.map(code => [`${refusals[code].status}`, codeSpan(code), refusals[code].title, whatToDo[code]]),
)}

## Codes of problems

A refused document has \`problems\`. Each problem has a \`code\`, a \`path\` (JSON Pointer) and a \`message\`.

${markdownTable(
  ['code', 'meaning'],
  Object.entries(problemCodes).map(([code, text]) => [codeSpan(code), text]),
)}
`
}
