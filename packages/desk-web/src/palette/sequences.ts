/** What a key leads to, alone (`.`) or after another one (`g b`). */
export type Bindings = Readonly<Record<string, () => void>>

/** Who has pressed the first key of two means the second one only for a moment. */
const withinMs = 1_500

/** Tells what is pressed, one key after the other, from what is pressed alone. Gives what to do, and true while a second key is waited for. */
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
