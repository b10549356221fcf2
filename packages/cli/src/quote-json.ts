/** Characters that move what stands on a terminal or change its direction, and quotes that end a word of the shell. */
const unsafe = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069']/g

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A value as one word of a command line, in quotes. Safe to be shown and to be pasted; it says the same when it is read again. */
export const quoteJson = (value: unknown): string => `'${JSON.stringify(value).replace(unsafe, escaped)}'`
