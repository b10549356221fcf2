/** Why a service can't do its work, as its parts know it. `/health/ready` lists every reason. */
export interface Readiness {
  /** One reason under a name of its own: a sentence about what is wrong, or undefined once it is right again. */
  note(name: string, sentence: string | undefined): void
  /** For reasons that have to be looked up: asked at each question, and what it throws is a reason too. */
  ask(look: () => readonly string[] | Promise<readonly string[]>): void
  /** Every reason, each once; none while the service does its work. Never rejects. */
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
