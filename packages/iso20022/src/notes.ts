import { referenceSchema, withoutHidden } from '@holdfast/schemas'

/** The longest note that an answer can carry. */
const noteMax = 500

/** A bank's lines as one note, as much of it as there is room for; undefined when they say nothing. */
export function noteOf(lines: readonly string[]): string | undefined {
  // XML has room for characters that a note of ours has not.
  const said = lines.map(line => withoutHidden(line).trim()).filter(line => line !== '' && line !== 'NOTPROVIDED')
  const note = said.join('\n').slice(0, noteMax).toWellFormed()
  return note === '' ? undefined : note
}

/** A bank's reference, where it is one that we can keep. */
export const referenceIn = (reference: string | undefined): string | undefined =>
  referenceSchema.safeParse(reference).success ? reference : undefined
