/** What goes in, and what has to come out of it: the same from every reader, for as long as there are records of this form. */
export interface Vector {
  readonly name: string
  /** Why it is refused, for people. */
  readonly why?: string
  readonly input: object
  readonly expected: object
}

/** A kind of vectors: a file in `docs/vectors`, and a function in its reader. */
export interface VectorKind {
  readonly kind: string
  /** How the output is made of the input, so that the file can be read alone. ASCII, as the whole file is. */
  readonly rule: string
  /** What its vectors share, such as the keys of members. */
  readonly given?: object
  readonly vectors: readonly Vector[]
}

/** The output of what has none. */
export const refusal = { refused: true }

/** A name, what goes in, and for what has to be refused why. */
export type Case<I extends object> = readonly [name: string, input: I, why?: string]

/**
 * Makes the outputs by the engine's own code. Throws where it takes what the case says is refused, or the other way: what a vector is there to show is said by a person, and not by the code.
 */
export async function vectorsOf<I extends object>(
  cases: readonly Case<I>[],
  outputOf: (input: I) => object | Promise<object>,
): Promise<Vector[]> {
  const vectors: Vector[] = []
  for (const [name, input, why] of cases) {
    const expected = await outputOf(input)
    const isRefused = 'refused' in expected || 'broken' in expected
    if (isRefused !== (why !== undefined)) throw new Error(`${name}: ${JSON.stringify(expected)}`)
    vectors.push({ name, ...(why === undefined ? {} : { why }), input, expected })
  }
  return vectors
}

/** As it is written: in ASCII, so that no mail and no editor makes something else of it. */
export const textOf = ({ kind, rule, given, vectors }: VectorKind): string =>
  `${JSON.stringify({ format: 'holdfast.vectors.v1', kind, rule, ...(given ? { given } : {}), vectors }, null, 1).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`

/** The names of vectors that are there and would not be there any more as they are. What was published stays: others have built on it. */
export function changedIn(present: string, wanted: VectorKind): string[] {
  const { vectors } = JSON.parse(present) as VectorKind
  const kept = new Set(wanted.vectors.map(vector => JSON.stringify(vector)))
  return vectors.filter(vector => !kept.has(JSON.stringify(vector))).map(({ name }) => name)
}
