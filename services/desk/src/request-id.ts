import { requestIdSchema } from '@holdfast/schemas'

/** A request id as somebody writes it: a UUID is the same in upper case (RFC 9562). */
export const writtenRequestIdSchema = requestIdSchema.toLowerCase()

export const readRequestId = (text: string): string | undefined => writtenRequestIdSchema.safeParse(text).data
