import { jsonLine } from '@holdfast/schemas'

/** A value as one word of a command line, in quotes. Safe to be shown and to be pasted; it says the same when it is read again. */
export const quoteJson = (value: unknown): string => `'${jsonLine(value).trimEnd().replaceAll("'", '\\u0027')}'`
