/**
 * What a spreadsheet would take for a formula when it opens the file (OWASP, CSV injection): at the beginning of a cell, and behind what separates cells where it reads a semicolon or a tab as a comma.
 */
const formula = /(^|[;\t\r\n])(?=[=+\-@\t\r])/g
const number = /^-?\d+(\.\d+)?$/

/** One cell (RFC 4180), always in quotes. What begins like a formula gets an apostrophe before it; an amount may begin with a minus. */
export function csvCell(value: string): string {
  const safe = number.test(value) ? value : value.replace(formula, "$1'")
  return `"${safe.replaceAll('"', '""')}"`
}

/** Lines end as RFC 4180 has them; the mark at the beginning tells spreadsheets that it is UTF-8. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\u{feff}${rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('')}`
