// One set for everything that writes for people or terminals: commands, their JSON, and the log. What stands in it moves cursors, changes titles, hides, or turns
// the direction of text. Line feeds stay, and so do the joiners that some scripts are spelt with.

const c0ButLineFeed = '\\u0000-\\u0009\\u000b-\\u001f'
const delAndBeyond =
  '\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}'

const unsafe = new RegExp(`[${c0ButLineFeed}${delAndBeyond}]`, 'gu')
const unsafeInJson = new RegExp(`[${delAndBeyond}]`, 'gu')
/** What no JSON text has but in an escape, and the white space between its parts that a terminal takes for more than that. */
const controlsOfLine = new RegExp(`[${c0ButLineFeed}]`, 'g')

/** Most of what is written is this, and finding that out costs a tenth of what taking out does. */
const isPlain = /^[\n\x20-\x7e]*$/

/** A text from a file or an engine as a terminal may show it: each character of the set has become U+FFFD. */
export const printable = (text: string): string => text.replace(unsafe, '\ufffd')

/** JSON that says the same value, with each character of the set as its escape; what is no JSON is made as harmless. Also for lines that come as they are. */
export const printableJson = (json: string): string =>
  isPlain.test(json)
    ? json
    : json.replace(controlsOfLine, control => (control === '\t' || control === '\r' ? ' ' : '\ufffd')).replace(unsafeInJson, escaped)

/** A value as JSON that may go to a terminal, on one line unless it is indented. */
export const jsonLine = (value: unknown, indent = 0): string => `${printableJson(JSON.stringify(value, undefined, indent))}\n`

/** XML that says the same, with each character of the set as a reference. */
export const printableXml = (xml: string): string =>
  xml.replace(unsafe, character => `&#x${character.codePointAt(0)?.toString(16).toUpperCase()};`)

/** Escapes are of UTF-16 units. */
const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** Colours and weights as `picocolors` and `pino-pretty` set and end them: none hides a text. */
const colour = '\\u001b\\[(?:1|2|22|3[0-79]|9[0-7]|41|49)m'
const unsafeButColours = new RegExp(`(${colour})|[${c0ButLineFeed}${delAndBeyond}]`, 'gu')

/** The last look at what goes to a terminal: whoever forgot the others can at most have made something bold. */
export const printableWithColours = (text: string): string => text.replace(unsafeButColours, (_whole, kept?: string) => kept ?? '\ufffd')
