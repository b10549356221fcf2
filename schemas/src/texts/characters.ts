import { z } from 'zod'

// One character rule for each kind of field. Names, numbers and references are compared, read aloud and typed into a
// bank's
// screen, so they have no invisible characters. Longer texts may have lines, but nothing that changes the direction of
// the text around them.

/** Control characters without line feed, carriage return and tab, which format a text. */
const controlsOfText = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f'
/**
 * Embeddings, overrides and isolates: they display a text in another order. The plain marks (U+200E, U+200F, U+061C) do
 * not.
 */
const reordering = '\\u202a-\\u202e\\u2066-\\u2069'

const notInText = new RegExp(`[${controlsOfText}${reordering}]`, 'u')

/**
 * Characters without a glyph: controls, line ends, zero-width and direction marks. Variation selectors are allowed, since
 * Japanese names need them, and `isJoined` judges the joiners.
 */
const notInLine =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u2066-\u2069\u202a-\u202e\u2800\ufff9-\ufffb]|(?!\p{Variation_Selector}|\u200c|\u200d|\u180e)\p{Default_Ignorable_Code_Point}/u

/** Scripts that need joiners: Persian and other Arabic writing, Indic and neighbouring scripts, Mongolian. */
const joinedScripts =
  '(?:\\p{Script=Arabic}|\\p{Script=Syriac}|\\p{Script=Nko}|\\p{Script=Mongolian}|\\p{Script=Devanagari}|\\p{Script=Bengali}|\\p{Script=Gurmukhi}|\\p{Script=Gujarati}|\\p{Script=Oriya}|\\p{Script=Tamil}|\\p{Script=Telugu}|\\p{Script=Kannada}|\\p{Script=Malayalam}|\\p{Script=Sinhala}|\\p{Script=Khmer}|\\p{Script=Myanmar})'
const joiner = '(?:\\u200c|\\u200d|\\u180e)'
const strayJoiner = new RegExp(`(?<!${joinedScripts})${joiner}|${joiner}(?!${joinedScripts})`, 'u')

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu
const latin = /\p{Script=Latin}/u
const looksLatin = /[\p{Script=Cyrillic}\p{Script=Greek}]/u

const notAscii = /[^\x20-\x7e]/u

/** The position and code of a character, counted in characters from 1, so that an invisible one can be found. */
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
  found(notInLine, ': invisible characters are not allowed'),
  found(strayJoiner, ': a joiner is allowed only between two letters of a script that needs it'),
)

/**
 * Finds a word that mixes alphabets with look-alike letters. Runs in linear time, since input may be one word of a
 * million letters.
 */
function mixed(text: string): string | undefined {
  // Nearly all names use one alphabet, and most only Latin letters.
  if (!looksLatin.test(text) || !latin.test(text)) return undefined
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    // Of the two alphabets, the letter that is not Latin is the unexpected one.
    const odd = word.search(looksLatin)
    if (odd >= 0 && latin.test(word))
      return `must not mix alphabets in one word: ${at(text, index + odd)} is not Latin and looks as if it were`
  }
  return undefined
}

const edged: Complaint = text => (text === text.trim() ? undefined : 'must not begin or end with a space')
const empty: Complaint = text => (/[A-Za-z0-9]/.test(text) ? undefined : 'must have a letter or digit')

/** Marks an issue of a character rule, so that `parseStored` can accept texts of an earlier rule. */
const ofCharacters = 'characters'

const isOfCharacters = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && (issue.params as { of?: unknown } | undefined)?.of === ofCharacters

/** Whether all issues of a document come from character rules. */
export const areCharacterIssues = (issues: readonly z.core.$ZodIssue[]): boolean => issues.every(isOfCharacters)

const sized = (min: number, max: number) =>
  z
    .string()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)

/** `pattern` goes into the JSON Schema: the part of the rule that every dialect of regular expressions supports. */
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

const notAsciiWords = ': only printable ASCII characters are allowed'
const paymentText = (max: number, complain: Complaint) => text(1, max, complain, asciiPattern)

/** Free text: may have line breaks and tabs, but no other control characters and none that change its direction. */
export const textSchema = (min: number, max: number) =>
  text(min, max, found(notInText, ': characters that control or reverse the text are not allowed'), textPattern)

/** A line in any script, such as a reference of an authority. Every character is visible. */
export const lineSchema = (max: number) => text(1, max, hidden, linePattern)

/** The name of a person, firm or authority, in any script, but one script per word. */
export const nameSchema = (max: number) => text(1, max, firstOf(hidden, mixed), linePattern)

/**
 * An account number that is not an IBAN (ISO 20022 Max34Text): typed on any keyboard, with at least one letter or digit.
 * Some countries write a branch, a hyphen or a space; instant payments use a telephone number or e-mail address.
 */
export const accountNumberSchema = paymentText(34, firstOf(found(notAscii, notAsciiWords), edged, empty))

/**
 * A number or reference of a payment system (CBPR+: ASCII). A letter of another alphabet would match nothing, and
 * deceive the eye.
 */
export const paymentTextSchema = (max: number) => paymentText(max, firstOf(found(notAscii, notAsciiWords), edged))

/** A free text without its forbidden characters, so that a side remark of a bank does not get its answer refused. */
export const withoutHidden = (value: string): string => value.replace(new RegExp(notInText, 'gu'), '')

/**
 * The form in which two numbers or references are compared: full-width digits, case, spaces and separators do not
 * matter to a bank.
 */
export const comparable = (value: string): string =>
  value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
