import { actorSchema, dateSchema, findingsSchema, nameSchema, referenceSchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { deadlineSchema } from '../requests/deadlines.ts'

// Fields that several commands and facts have.

export const noteSchema = textSchema(1, 500)
/** The sequence of a fact in the history of its request. */
export const sequenceSchema = z.int().min(1).max(1_000_000)
export const assessment = { findings: findingsSchema }

/** What is recorded of an authority that orders something (V22). */
export const instrument = { authority: nameSchema(140), reference: referenceSchema, date: dateSchema }

/** Deadlines that a fact starts, as absolute instants: a replay needs neither clock nor calendar. */
export const arming = { deadlines: z.array(deadlineSchema).max(20).optional() }

/** The proposer of a fact with dual approval (V17). */
export const approval = { proposedBy: actorSchema }

/** ISO 20022 additional information: 105 characters a line (V25). */
const narrativeLineMax = 105
export const isNarrative = (text: string | undefined): boolean =>
  text?.split('\n').every(line => line.length >= 1 && line.length <= narrativeLineMax) ?? false

/** The code NARR means nothing without a text (V25). */
export const needsText = { error: `NARR needs text, at most ${narrativeLineMax} characters a line` }
