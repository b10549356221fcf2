import type { DataDecrypter } from '../personal-data/data-decrypter.ts'

/**
 * The newest facts in the answer of a request, and the maximum of a history page. A request has a handful of facts, and
 * a thousand at most.
 */
export const historyFactsMax = 100

/** The members of a HistoryPage: stored facts with decrypted data. */
export async function historyJson(
  decrypter: Pick<DataDecrypter, 'lines'>,
  { lines, before }: { readonly lines: readonly string[]; readonly before?: number },
): Promise<string> {
  const decrypted = await decrypter.lines(lines)
  return `"history":[${decrypted.join(',')}]${before === undefined ? '' : `,"nextCursor":"${before}"`}`
}
