import { requestIdSchema } from '@holdfast/schemas'

/** A request id in a query: a UUID in upper case is the same (RFC 9562). */
export const writtenRequestIdSchema = requestIdSchema.toLowerCase()

export const readRequestId = (text: string): string | undefined => writtenRequestIdSchema.safeParse(text).data
