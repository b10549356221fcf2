import { createDevelopmentTokens } from '@holdfast/trust'

export type TokenOf = ReturnType<typeof createDevelopmentTokens>

/** A token that acts lives ten minutes: it is signed again well before that, also for a clock that is somewhat off. */
const keptMs = 4 * 60_000

/** Tokens that are used again, as is allowed by Kafka, and signed again before they end. */
export function createKeptTokens(dataDir: string, tokens: TokenOf = createDevelopmentTokens(dataDir)): TokenOf {
  const kept = new Map<string, { readonly token: Promise<string>; readonly untilMs: number }>()
  return holder => {
    const key = JSON.stringify(holder)
    const found = kept.get(key)
    if (found && found.untilMs > Date.now()) return found.token
    const token = tokens(holder)
    kept.set(key, { token, untilMs: Date.now() + keptMs })
    return token
  }
}
