/**
 * Texts that a spreadsheet would run as formulas (OWASP, CSV injection): at the start of a cell, and after a semicolon
 * or tab that it may read as a separator.
 */
const formula = /(^|[;\t\r\n])(?=[=+\-@\t\r])/g
const number = /^-?\d+(\.\d+)?$/

/** One cell (RFC 4180), always in quotes. A formula gets an apostrophe in front; an amount may start with a minus. */
export function csvCell(value: string): string {
  const safe = number.test(value) ? value : value.replace(formula, "$1'")
  return `"${safe.replaceAll('"', '""')}"`
}

/** Lines end as in RFC 4180; the byte order mark tells spreadsheets that it is UTF-8. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\u{feff}${rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('')}`
