/** Why a service is not ready, as its parts report it. `/health/ready` lists every reason. */
export interface Readiness {
  /** Sets one reason under its own name: a sentence about the problem, or undefined once it is solved. */
  note(name: string, sentence: string | undefined): void
  /** Adds a source of reasons that is queried each time; an error that it throws is a reason too. */
  ask(look: () => readonly string[] | Promise<readonly string[]>): void
  /** All reasons without duplicates; empty while the service is ready. Never rejects. */
  reasons(): Promise<string[]>
}

export function createReadiness(): Readiness {
  const noted = new Map<string, string>()
  const looks: (() => readonly string[] | Promise<readonly string[]>)[] = []
  return {
    note(name, sentence) {
      if (sentence === undefined) noted.delete(name)
      else noted.set(name, sentence)
    },
    ask: look => void looks.push(look),
    async reasons() {
      const found = await Promise.all(looks.map(async look => look()).map(looked => looked.catch((error: Error) => [error.message])))
      return [...new Set([...noted.values(), ...found.flat()])]
    },
  }
}
