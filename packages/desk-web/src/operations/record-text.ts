import { printable, printableJson } from '@holdfast/schemas/printable'

/** A record as safe text: JSON in lines, with invisible characters and those that reverse text shown as codes. */
export function recordText(value: string): string {
  try {
    return printableJson(JSON.stringify(JSON.parse(value), undefined, 2))
  } catch {
    return printable(value)
  }
}
