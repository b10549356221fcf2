/** The action of a key, alone (`.`) or after another one (`g b`). */
export type Bindings = Readonly<Record<string, () => void>>

/** A second key counts for this long after the first one. */
const withinMs = 1_500

/** Recognises key sequences and single keys. Returns the action, or true while it waits for a second key. */
export function createSequences(bindings: Bindings): { press(key: string, nowMs: number): (() => void) | true | undefined } {
  const firsts = new Set(Object.keys(bindings).flatMap(keys => (keys.includes(' ') ? [keys.split(' ')[0]] : [])))
  let first: { readonly key: string; readonly atMs: number } | undefined
  return {
    press(key, nowMs) {
      const before = first && nowMs - first.atMs <= withinMs ? first.key : undefined
      first = undefined
      const second = before === undefined ? undefined : bindings[`${before} ${key}`]
      if (second) return second
      if (firsts.has(key)) {
        first = { key, atMs: nowMs }
        return true
      }
      return bindings[key]
    },
  }
}
