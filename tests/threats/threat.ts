/** The categories of STRIDE. */
export const strideCategories = ['S', 'T', 'R', 'I', 'D', 'E'] as const
export type StrideCategory = (typeof strideCategories)[number]

/** A test file, from the root of the repository, and titles of tests or suites in it. */
export type NamedTests = readonly [file: string, title: string, ...furtherTitles: string[]]

interface ThreatOf {
  readonly stride: StrideCategory
  /** At most 15 words. */
  readonly threat: string
  /** What an attacker can still do, in at most 25 words. */
  readonly notCovered?: string
}

interface Controlled extends ThreatOf {
  /** At most 25 words. */
  readonly control: string
  /** The files that implement the control, from the root of the repository. */
  readonly code: readonly string[]
  readonly tests: readonly NamedTests[]
}

interface Uncontrolled extends ThreatOf {
  readonly control?: undefined
  readonly notCovered: string
}

/** A threat has a control with tests, or says what is not covered. */
export type Threat = Controlled | Uncontrolled

/** A threat that holds at several boundaries. */
export type SharedThreat = Threat & {
  /** The numbers of the boundaries. */
  readonly at: readonly number[]
}

/** A flow of data into or out of the engine. Its number is its position in the list of boundaries. */
export interface Boundary {
  /** From whom to whom. */
  readonly title: string
  readonly intro?: string
  readonly threats: readonly Threat[]
  readonly note?: string
}

/** A token that the engine refuses, or several with the same message. */
export interface WrongToken {
  /** At most 15 words. */
  readonly token: string
  /** Status and code, unless they are 401 `UNAUTHENTICATED`. */
  readonly answer?: string
  /** A part of the message; without it the token is accepted. */
  readonly message?: string
  readonly tests: readonly NamedTests[]
}
