import { printable, printableJson } from '@holdfast/schemas/printable'

/** A record as it may be shown: JSON with its lines, and whatever is not seen, or turns what stands beside it, as its code. */
export function recordText(value: string): string {
  try {
    return printableJson(JSON.stringify(JSON.parse(value), undefined, 2))
  } catch {
    return printable(value)
  }
}
