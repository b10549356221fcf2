import type { RefusalCode } from '@holdfast/schemas'

const pageAtFault = 'This page and the engine do not fit together. Load the page again; if that does not help, tell who runs the engine.'

/** What a no means, and what to do about it. Also of those that only the page itself could be at fault for: whoever sees one has to know that. */
const refusals: Record<RefusalCode, string> = {
  MALFORMED: 'Something that was filled in can not be read. Look at what is marked.',
  QUERY_MALFORMED: 'The address names something that is not known there. Reload the page.',
  NOT_HTTP: pageAtFault,
  TOO_SLOW: pageAtFault,
  HEAD_TOO_LARGE: pageAtFault,
  NOT_JSON: pageAtFault,
  TOO_LARGE: 'What was sent is too long. Shorten it and try again.',
  UNSUPPORTED_MEDIA_TYPE: pageAtFault,
  NOT_FOUND: 'There is nothing at this address. Go back to the board.',
  METHOD_NOT_ALLOWED: pageAtFault,
  KEY_MISSING: pageAtFault,
  KEY_IN_FLIGHT: 'The same is being worked on already. Wait a moment and ask again.',
  KEY_REUSED: 'The same key was used for something else. Begin again.',
  UNAUTHENTICATED: 'You are not signed in any more. Sign in again.',
  TOKEN_REUSED: pageAtFault,
  TOKEN_TOO_LONG: pageAtFault,
  SIGN_IN_AGAIN: 'Who does this has to have signed in a moment ago. Sign in again.',
  FOREIGN_ORIGIN: 'This was not asked from the desk’s own address. Open the desk at its own address and sign in there.',
  NOT_PERMITTED: 'Your country or role may not do that. Somebody in another role, or of the other country, has to.',
  NOT_YOUR_COUNTRY: 'You can do that in the name of your own country only.',
  REQUEST_UNKNOWN: 'Your country has no request with this number. Check the number.',
  WRONG_STATE: 'The request is not in a state for this. Look at it again: it may have moved on.',
  PERSON_UNPROVED: 'Two persons have to do this, each by a key or a sign-in of its own. Sign in yourself.',
  SAME_PERSON: 'A second person has to do this.',
  AMOUNT_EXCEEDED: 'The amounts would no longer add up. Check the amount.',
  CURRENCY_MISMATCH: 'The amount has to be in the currency of the request.',
  AMOUNT_UNREADABLE: 'The amount has more decimals than its currency. Check the amount.',
  HOLD_TOO_LONG: 'The hold would end in the past, or later than the law of the country allows. Choose another end.',
  EXTENSION_NOT_ALLOWED: 'The law of the country does not let this hold be extended so. Check the order and the end.',
  NOT_FOLLOWED: 'No request may follow this money. Ask by mutual legal assistance.',
  ALREADY_OPEN: 'The request is open already. Look at it as it is now.',
  HISTORY_FULL: 'The history has room left only for what moves the request on. Leave out the rest.',
  HELD_FULL:
    'The engine cannot process this request now, and holds as many commands of your country and role as it may. Nothing was done: try again later.',
  ORDER_UNKNOWN: 'There is no such order for your institution. Check its number.',
  NOT_REDRIVABLE: 'This dead letter can not be sent again as it is. What is wrong with it has to be mended first.',
  POSITION_UNKNOWN: 'This place in the list is not there any more. Load the page again.',
  RATE_LIMITED: 'Your country asks for more than its share just now. Wait a moment.',
  STORAGE_LOW: 'The engine has too little room left. Nothing was done. Tell who runs it.',
  CLOSED: 'The engine takes nothing in just now. Nothing was done. Tell who runs it.',
  UNAVAILABLE: 'A part of the engine is not reachable. It is not known whether this was done: try the same again.',
  INTERNAL: 'The engine failed. It is not known whether this was done: try the same again.',
}

export const refusalsEn = { refusals, unusable: 'This can not be used as it is.', engineWords: 'In the engine’s own words' }
