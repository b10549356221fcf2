import { isDeepStrictEqual } from 'node:util'

/** Holds what is told against what the engine says. */
export interface StoryCheck {
  /** How often it was held against each other. */
  readonly checks: number
  /** What was not as told. */
  readonly problems: readonly string[]
  /** Returns whether it is so. */
  expect(what: string, found: unknown, told: unknown): boolean
  /** Takes over what another check found. */
  add(problems: readonly string[]): void
}

export function createStoryCheck(): StoryCheck {
  const problems: string[] = []
  let checks = 0
  return {
    get checks() {
      return checks
    },
    problems,
    expect(what, found, told) {
      checks++
      const isSo = isDeepStrictEqual(found, told)
      if (!isSo) problems.push(differenceOf(what, found, told))
      return isSo
    },
    add(more) {
      checks++
      problems.push(...more)
    },
  }
}

export const differenceOf = (what: string, found: unknown, told: unknown): string =>
  `${what}: told ${JSON.stringify(told)}, found ${JSON.stringify(found)}`
