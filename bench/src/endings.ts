/** Resources to be closed, the newest first. */
export interface Endings {
  add(end: () => Promise<unknown>): void
  stop(): Promise<void>
}

/** Starts something of several parts: where one fails to start, the earlier ones are closed. */
export async function withEndings<T>(start: (endings: Endings) => Promise<T>): Promise<T> {
  const ends: (() => Promise<unknown>)[] = []
  const endings: Endings = {
    add: end => void ends.push(end),
    async stop() {
      for (const end of ends.splice(0).reverse()) await end()
    },
  }
  try {
    return await start(endings)
  } catch (error) {
    await endings.stop()
    throw error
  }
}
