// Characters that are unsafe on a terminal, for commands, their JSON and the log: they move the cursor, change titles,
// hide
// text or change its direction. Line feeds stay, and so do joiners that some scripts need.

const c0ButLineFeed = '\\u0000-\\u0009\\u000b-\\u001f'
const delAndBeyond =
  '\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}'

const unsafe = new RegExp(`[${c0ButLineFeed}${delAndBeyond}]`, 'gu')
const unsafeInJson = new RegExp(`[${delAndBeyond}]`, 'gu')
/** Controls that JSON text has only as escapes, and white space that a terminal interprets. */
const controlsOfLine = new RegExp(`[${c0ButLineFeed}]`, 'g')

/** Most output is plain, and this test costs a tenth of a replacement. */
const isPlain = /^[\n\x20-\x7e]*$/

/** A text from a file or engine, safe for a terminal: each unsafe character becomes U+FFFD. */
export const printable = (text: string): string => text.replace(unsafe, '\ufffd')

/**
 * JSON of the same value with each unsafe character escaped; other text becomes harmless too. Also for lines that are
 * passed through.
 */
export const printableJson = (json: string): string =>
  isPlain.test(json)
    ? json
    : json.replace(controlsOfLine, control => (control === '\t' || control === '\r' ? ' ' : '\ufffd')).replace(unsafeInJson, escaped)

/** A value as JSON that is safe for a terminal, on one line unless it is indented. */
export const jsonLine = (value: unknown, indent = 0): string => `${printableJson(JSON.stringify(value, undefined, indent))}\n`

/** Equivalent XML with each unsafe character as a reference. */
export const printableXml = (xml: string): string =>
  xml.replace(unsafe, character => `&#x${character.codePointAt(0)?.toString(16).toUpperCase()};`)

/** Escapes work on UTF-16 units. */
const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** Colours and weights of `picocolors` and `pino-pretty`, and their resets: none hides text. */
const colour = '\\u001b\\[(?:1|2|22|3[0-79]|9[0-7]|41|49)m'
const unsafeButColours = new RegExp(`(${colour})|[${c0ButLineFeed}${delAndBeyond}]`, 'gu')

/** The last filter before a terminal. If code forgot the others, at worst a text becomes bold. */
export const printableWithColours = (text: string): string => text.replace(unsafeButColours, (_whole, kept?: string) => kept ?? '\ufffd')
