/** Fetch, and what it brought: two answers are the same only if their bytes are. */
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
