import { jsonLine } from '@holdfast/schemas'

/** Quotes a JSON value as one argument of a command line. It is safe to show and to paste. */
export const quoteJson = (value: unknown): string => `'${jsonLine(value).trimEnd().replaceAll("'", '\\u0027')}'`
