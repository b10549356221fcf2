import { randomUUID } from 'node:crypto'

/** The header that names one HTTP request, so that its answer, its log lines and a question about it can be brought together. Made here: what a client sends under that name says nothing. */
export const requestIdHeader = 'x-request-id'

export const createHttpRequestId = (): string => randomUUID()

/** `instance` of problem details (RFC 9457): this occurrence of the problem. */
export const instanceOf = (httpRequestId: string): string => `urn:uuid:${httpRequestId}`
