import { codeSpan, markdownTable } from '../../docs/markdown-table.ts'
import { problemCodes } from '../src/problem-codes.ts'
import { type RefusalCode, refusals } from '../src/requests/refusals.ts'

const correctCall = 'Correct the call.'
const waitAndRepeat = 'Wait; *repeat*.'
const readState = 'Read the request and its actions, then decide.'
const unknownOutcome = '*Repeat*.'

/** What the sender does after a refusal. */
const whatToDo: Readonly<Record<RefusalCode, string>> = {
  MALFORMED: 'Correct the fields in `problems`. The key stays unused.',
  QUERY_MALFORMED: 'Correct the parameters in `problems`.',
  NOT_HTTP: correctCall,
  TOO_SLOW: 'Head within 10 s, body within 15 s.',
  HEAD_TOO_LARGE: 'Headers: at most 16 kB together.',
  NOT_JSON: 'UTF-8, valid JSON, no member twice.',
  TOO_LARGE: 'At most 262,144 bytes.',
  UNSUPPORTED_MEDIA_TYPE: 'A media type of `Accept-Post`, without compression.',
  NOT_FOUND: 'Check the path. Other countries’ objects answer the same.',
  METHOD_NOT_ALLOWED: 'A method of `Allow`.',
  KEY_MISSING: '1 to 64 printable ASCII characters.',
  KEY_IN_FLIGHT: waitAndRepeat,
  KEY_REUSED: 'Use a new key for new content.',
  UNAUTHENTICATED: 'Read `detail`; check key, `kid`, clock and registry. New token.',
  TOKEN_REUSED: 'One token for each act.',
  TOKEN_TOO_LONG: 'New token.',
  SIGN_IN_AGAIN: 'Only for the page.',
  FOREIGN_ORIGIN: 'For the page: open the desk’s own address.',
  NOT_PERMITTED: 'The message names who may.',
  NOT_YOUR_COUNTRY: '–',
  REQUEST_UNKNOWN: 'Check the id. Other countries’ requests answer the same.',
  WRONG_STATE: readState,
  PERSON_UNPROVED: 'Use the person’s key, or the desk.',
  SAME_PERSON: 'Another person of the same role approves.',
  AMOUNT_EXCEEDED: 'Compare with the amounts of the request.',
  CURRENCY_MISMATCH: '–',
  AMOUNT_UNREADABLE: '–',
  HOLD_TOO_LONG: 'The message has the limit.',
  EXTENSION_NOT_ALLOWED: 'Another basis or period, as the message says.',
  NOT_FOLLOWED: '`movedOnward` of the request says why.',
  ALREADY_OPEN: 'Use the existing request.',
  HISTORY_FULL: 'Only commands that advance the request.',
  HELD_FULL: 'Wait for the operator; *repeat*.',
  ORDER_UNKNOWN: 'Check the order id and your key’s institution.',
  NOT_REDRIVABLE: 'Its sender must send a corrected record.',
  POSITION_UNKNOWN: 'List: no `after`. Stream: `from=start`.',
  RATE_LIMITED: waitAndRepeat,
  STORAGE_LOW: waitAndRepeat,
  CLOSED: waitAndRepeat,
  UNAVAILABLE: unknownOutcome,
  INTERNAL: unknownOutcome,
}

/** Problems whose codes say which limit the value exceeds. */
const limitCodes = Object.keys(problemCodes).filter(code => code.startsWith('TOO_'))

/** The title without what the sender has to do, which is the next cell. */
const meaningOf = (code: RefusalCode): string => refusals[code].title.split('. ')[0] ?? ''

/** docs/reference/errors.md: the codes of refusals and problems. */
export function errorsPage(): string {
  const codes = Object.keys(refusals) as RefusalCode[]
  const sorted = codes.sort((a, b) => refusals[a].status - refusals[b].status)
  return `---
reader: developer of a member system
task: look up what a refusal means and what to do
---
# Errors

For developers of a member system or a bank: each code of a refusal. [Errors and retries](../member/errors-and-retries.md) shows how to handle them.

Made by \`npm run generate\` from \`schemas/pages/errors-page.ts\` and \`schemas/src\`.

## Codes of refusals

An error is \`application/problem+json\` (RFC 9457). Branch on \`code\`, and for an unknown one on the status. *Repeat* means: send the same again with the same \`Idempotency-Key\`. *Wait* means: as \`Retry-After\` says.

${markdownTable(
  ['status', 'code', 'meaning', 'what to do'],
  sorted.map(code => [`${refusals[code].status}`, codeSpan(code), meaningOf(code), whatToDo[code]]),
)}

## Codes of problems

A refused document has \`problems\`, each with a \`code\`, a \`path\` (JSON Pointer) and a \`message\`.

${markdownTable(
  ['code', 'the value'],
  [
    [limitCodes.map(codeSpan).join(', '), 'exceeds a limit of characters, elements, size or depth'],
    ...Object.entries(problemCodes)
      .filter(([code]) => !limitCodes.includes(code))
      .map(([code, text]) => [codeSpan(code), text.replace(/^The value /, '')]),
  ],
)}
`
}
