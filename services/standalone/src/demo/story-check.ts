import { isDeepStrictEqual } from 'node:util'

/** Compares the engine with the story. */
export interface StoryCheck {
  /** The number of comparisons. */
  readonly checks: number
  /** The deviations. */
  readonly problems: readonly string[]
  /** Returns whether the values are equal. */
  expect(what: string, found: unknown, expected: unknown): boolean
  /** Adds the deviations of another check. */
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
    expect(what, found, expected) {
      checks++
      const isEqual = isDeepStrictEqual(found, expected)
      if (!isEqual) problems.push(differenceOf(what, found, expected))
      return isEqual
    },
    add(more) {
      checks++
      problems.push(...more)
    },
  }
}

export const differenceOf = (what: string, found: unknown, expected: unknown): string =>
  `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`
