// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g

/** A text from a file or an engine as it may be shown on a terminal: without the characters that move cursors and change titles. Line feeds stay. */
export const printable = (text: string): string => text.replace(controls, '\ufffd')
