import { z } from 'zod'

/** A box of a megabyte, which is what a record may have. */
const boxCharactersMax = 1_400_000
const marksMax = 32

const markNameSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name of letters and digits, the first of them small')
const markSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits in small letters')

/**
 * What of an event's `data` only those read who have its key (ADR 55), version 1. That a box is one shows when it is opened: here it is text of base64url within its bounds.
 */
export const sealedBlockSchema = z.strictObject({
  key: z.uuidv4().describe('The id of the key that opens the box'),
  box: z
    .string()
    .max(boxCharactersMax)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding')
    .describe('Nonce, ciphertext and tag'),
  marks: z
    .record(markNameSchema, markSchema)
    .refine(marks => Object.keys(marks).length <= marksMax, `must be ${marksMax} marks at most`)
    .optional()
    .describe('What lies in the box, so that the engine can compare it without its key'),
})

export type SealedBlock = Readonly<z.infer<typeof sealedBlockSchema>>
