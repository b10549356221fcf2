import { randomUUID } from 'node:crypto'

/**
 * The header that names one HTTP request, to connect its answer, its log lines and support questions. Made here: a
 * client's own value is ignored.
 */
export const requestIdHeader = 'x-request-id'

export const createHttpRequestId = (): string => randomUUID()

/** `instance` of problem details (RFC 9457): this occurrence of the problem. */
export const instanceOf = (httpRequestId: string): string => `urn:uuid:${httpRequestId}`
