import type { DataDecrypter } from '../personal-data/data-decrypter.ts'

/** The newest facts, which come with a request, and the most of one page of its history. A request has a handful, and a thousand at most. */
export const historyFactsMax = 100

/** The members of a HistoryPage: facts as they are stored, with their words in their places. */
export async function historyJson(
  words: Pick<DataDecrypter, 'lines'>,
  { lines, before }: { readonly lines: readonly string[]; readonly before?: number },
): Promise<string> {
  const given = await words.lines(lines)
  return `"history":[${given.join(',')}]${before === undefined ? '' : `,"nextCursor":"${before}"`}`
}
