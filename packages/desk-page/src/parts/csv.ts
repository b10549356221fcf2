/** What a spreadsheet would take for a formula when it opens the file (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/

/** One cell (RFC 4180). What begins like a formula gets an apostrophe before it; an amount may begin with a minus. */
export function csvCell(value: string): string {
  const safe = formula.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines end as RFC 4180 has them; the mark at the beginning tells spreadsheets that it is UTF-8. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\u{feff}${rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('')}`
