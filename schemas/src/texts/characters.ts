import { z } from 'zod'

// One rule of characters for each kind of field. What stands in a name, a number or a reference is compared, read aloud and typed into a bank's screen, so that
// nothing may be in it that nobody sees; what is written at length may have lines, and nothing that turns the direction of what stands beside it.

/** Line feed, carriage return and tab are how a text is laid out. */
const controlsOfText = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f'
/** Embeddings, overrides and isolates: they show a text in another order than the one it has. The plain marks (U+200E, U+200F, U+061C) do not. */
const reordering = '\\u202a-\\u202e\\u2066-\\u2069'

const notInText = new RegExp(`[${controlsOfText}${reordering}]`, 'u')

/**
 * What has no picture of its own: controls, ends of lines, zero-width and direction marks. Variation selectors choose the form of the letter before them, as
 * Japanese names need it, and the joiners are for `isJoined` to judge.
 */
const notInLine =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u2066-\u2069\u202a-\u202e\u2800\ufff9-\ufffb]|(?!\p{Variation_Selector}|\u200c|\u200d|\u180e)\p{Default_Ignorable_Code_Point}/u

/** Scripts that are misspelt without a joiner: Persian and other Arabic writing, the Indic scripts and their neighbours, Mongolian. */
const joinedScripts =
  '(?:\\p{Script=Arabic}|\\p{Script=Syriac}|\\p{Script=Nko}|\\p{Script=Mongolian}|\\p{Script=Devanagari}|\\p{Script=Bengali}|\\p{Script=Gurmukhi}|\\p{Script=Gujarati}|\\p{Script=Oriya}|\\p{Script=Tamil}|\\p{Script=Telugu}|\\p{Script=Kannada}|\\p{Script=Malayalam}|\\p{Script=Sinhala}|\\p{Script=Khmer}|\\p{Script=Myanmar})'
const joiner = '(?:\\u200c|\\u200d|\\u180e)'
const strayJoiner = new RegExp(`(?<!${joinedScripts})${joiner}|${joiner}(?!${joinedScripts})`, 'u')

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu
const latin = /\p{Script=Latin}/u
const looksLatin = /[\p{Script=Cyrillic}\p{Script=Greek}]/u

const notAscii = /[^\x20-\x7e]/u

/** The place and the name of a character, counted in characters from 1: what cannot be seen has to be found by that. */
function at(text: string, index: number): string {
  const code = text.codePointAt(index) ?? 0
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} at character ${[...text.slice(0, index)].length + 1}`
}

type Complaint = (text: string) => string | undefined

const found =
  (pattern: RegExp, words: string): Complaint =>
  text => {
    const index = text.search(pattern)
    return index < 0 ? undefined : `must not hold ${at(text, index)}${words}`
  }

const firstOf =
  (...complaints: readonly Complaint[]): Complaint =>
  text => {
    for (const complain of complaints) {
      const complaint = complain(text)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }

const hidden = firstOf(
  found(notInLine, ': a character that is not seen has no place here'),
  found(strayJoiner, ': a joiner stands between two letters of a script that needs it'),
)

/** A word in two alphabets that have the same pictures for other letters: it is not the word that it seems to be. Word by word, in the time that reading it takes: what comes to a door may be one word of a million letters. */
function mixed(text: string): string | undefined {
  // Nearly all names are in one alphabet, and most have no other letter.
  if (!looksLatin.test(text) || !latin.test(text)) return undefined
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    // Of the two, the letter that is not Latin is the one nobody expects.
    const odd = word.search(looksLatin)
    if (odd >= 0 && latin.test(word))
      return `must not mix alphabets in one word: ${at(text, index + odd)} is not Latin and looks as if it were`
  }
  return undefined
}

const edged: Complaint = text => (text === text.trim() ? undefined : 'must not begin or end with a space')
const empty: Complaint = text => (/[A-Za-z0-9]/.test(text) ? undefined : 'must have a letter or digit')

/** Names the rule in an issue, so that `parseStored` knows what was taken when the rule was another one. */
const ofCharacters = 'characters'

const isOfCharacters = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && (issue.params as { of?: unknown } | undefined)?.of === ofCharacters

/** Whether nothing but the rule of characters stands against a document. */
export const areOfCharacters = (issues: readonly z.core.$ZodIssue[]): boolean => issues.every(isOfCharacters)

const sized = (min: number, max: number) =>
  z
    .string()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)

/** `pattern` is for others, in JSON Schema: as much of the rule as every dialect of regular expressions can say. */
const text = (min: number, max: number, complain: Complaint, pattern: string) =>
  sized(min, max)
    .superRefine((value, context) => {
      const complaint = value.isWellFormed() ? complain(value) : 'must be Unicode text'
      if (complaint !== undefined) context.addIssue({ code: 'custom', message: complaint, params: { of: ofCharacters }, continue: true })
    })
    .meta({ pattern })

const textPattern = `^[^${controlsOfText}${reordering}]*$`
const linePattern = `^[^\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]*$`
const asciiPattern = '^[\\u0020-\\u007e]*$'

const notAsciiWords = ': only the letters, digits and signs of ASCII are in it'
const paymentText = (max: number, complain: Complaint) => text(1, max, complain, asciiPattern)

/** What is written at length: line breaks and tabs are in it, no other control characters, and nothing that turns its direction. */
export const textSchema = (min: number, max: number) =>
  text(min, max, found(notInText, ': no control characters, and none that turn the direction of text'), textPattern)

/** A line in any script: a number or name that an authority gives, such as a reference. Every character in it can be seen. */
export const lineSchema = (max: number) => text(1, max, hidden, linePattern)

/** The name of a person, firm or authority, in any script but not two in one word. */
export const nameSchema = (max: number) => text(1, max, firstOf(hidden, mixed), linePattern)

/**
 * The number of an account that is no IBAN (ISO 20022 Max34Text): whatever the country, it is typed on any keyboard and has a letter or digit. A branch, a hyphen
 * or a space within is how some countries write it, a telephone number or e-mail address what instant payments go to.
 */
export const accountNumberSchema = paymentText(34, firstOf(found(notAscii, notAsciiWords), edged, empty))

/** What a payment system takes for a number or reference (CBPR+: ASCII): a letter of another alphabet would find nothing there, and hide from who compares. */
export const paymentTextSchema = (max: number) => paymentText(max, firstOf(found(notAscii, notAsciiWords), edged))

/** A text as free text may be, without what may not be in it: for what a bank says by the way, which must not keep its answer from being taken. */
export const withoutHidden = (value: string): string => value.replace(new RegExp(notInText, 'gu'), '')

/** As two numbers or references are compared: full-width digits, either case, spaces and separators are the same to a bank. */
export const comparable = (value: string): string =>
  value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
