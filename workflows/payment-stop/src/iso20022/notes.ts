import { referenceSchema, withoutHidden } from '@holdfast/schemas'

/** The longest note of an answer. */
const noteMax = 500

/** A bank's lines as one note, cut to the limit; undefined if they say nothing. */
export function noteOf(lines: readonly string[]): string | undefined {
  // XML allows characters that a note does not.
  const said = lines.map(line => withoutHidden(line).trim()).filter(line => line !== '' && line !== 'NOTPROVIDED')
  const note = said.join('\n').slice(0, noteMax).toWellFormed()
  return note === '' ? undefined : note
}

/** A bank's reference, if it is valid for us. */
export const referenceIn = (reference: string | undefined): string | undefined =>
  referenceSchema.safeParse(reference).success ? reference : undefined
