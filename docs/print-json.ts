const width = 140

/** Readable JSON: a value that fits on one line is on one line. */
export function printJson(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, undefined, 1).replace(/\n */g, ' ')
  if (typeof value !== 'object' || value === null || indent.length + line.length <= width) return line
  const inner = `${indent}  `
  const entries = Array.isArray(value)
    ? value.map(each => printJson(each, inner))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${printJson(each, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${inner}${entries.join(`,\n${inner}`)}\n${indent}${close}`
}

/** One member per line, and each entry of a list on its own line. */
export const printEntries = (record: object): string =>
  `{\n${Object.entries(record)
    .map(([name, value]) => `${JSON.stringify(name)}: ${Array.isArray(value) ? printLines(value) : JSON.stringify(value)}`)
    .join(',\n')}\n}\n`

const printLines = (entries: readonly unknown[]): string => `[\n${entries.map(each => JSON.stringify(each)).join(',\n')}\n]`
