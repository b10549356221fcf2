/** A fetch that records its responses, to compare their bytes. */
export function createRecordingFetch() {
  const answers: string[] = []
  return {
    first: () => answers[0] ?? '',
    last: () => answers.at(-1) ?? '',
    fetch: (async (...request: Parameters<typeof fetch>) => {
      const response = await fetch(...request)
      answers.push(await response.clone().text())
      return response
    }) satisfies typeof fetch,
  }
}
