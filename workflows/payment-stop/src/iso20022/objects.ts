import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '@holdfast/schemas'

// Merges plain JSON objects. An account has one of two forms, so it is never merged.

type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const isMerged = (key: string, ...values: unknown[]) => key !== 'account' && key !== 'amount' && values.every(isPlain)

/** Sets a value at a path, and creates the objects on the way. */
export function setAt(into: Plain, [key, ...more]: readonly string[], value: unknown): void {
  if (key === undefined) return
  if (more.length === 0) into[key] = value
  else {
    const next = isPlain(into[key]) ? into[key] : {}
    into[key] = next
    setAt(next, more, value)
  }
}

/** Merges two objects. Two different values for one property are a problem. */
export function overlay(under: Plain, over: Plain, at: string, conflicts: Problem[]): Plain {
  // A map, because a key such as __proto__ is one like any other, and then refused as unknown.
  const merged = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key)
    const here = `${at}/${key}`
    if (isMerged(key, below, value)) merged.set(key, overlay(below as Plain, value as Plain, here, conflicts))
    else if (below !== undefined && !isDeepStrictEqual(below, value))
      conflicts.push({ code: 'TWICE', path: here, message: 'is said twice, and not the same' })
    else merged.set(key, value)
  }
  return Object.fromEntries(merged)
}

/** The parts of a whole that are missing. */
export function rest(whole: object, said: Plain): Plain {
  const left: Plain = {}
  for (const [key, value] of Object.entries(whole)) {
    const already = said[key]
    if (value === undefined || isDeepStrictEqual(value, already)) continue
    const inner = isMerged(key, value, already) ? rest(value, already as Plain) : value
    left[key] = inner
  }
  return left
}
