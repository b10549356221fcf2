/** An input and its output: the same from every reader, as long as records of this form exist. */
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
  /** How the output follows from the input, so that the file can be read alone. ASCII, as the whole file. */
  readonly rule: string
  /** Data shared by its vectors, such as the keys of members. */
  readonly given?: object
  readonly vectors: readonly Vector[]
}

/** The output of a refused input. */
export const refusal = { refused: true }

/** A name, an input, and for a refused one the reason. */
export type Case<I extends object> = readonly [name: string, input: I, why?: string]

/**
 * Computes the outputs by the engine's own code. Throws where the engine accepts an input that the case refuses, or the
 * reverse: a person decides what a vector shows, not the code.
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

/** As written: in ASCII, so that mail programs and editors do not change it. */
export const textOf = ({ kind, rule, given, vectors }: VectorKind): string =>
  `${JSON.stringify({ format: 'holdfast.vectors.v1', kind, rule, ...(given ? { given } : {}), vectors }, null, 1).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`

/**
 * The names of existing vectors that would change or disappear. Published vectors stay, because others depend on them.
 */
export function changedIn(present: string, wanted: VectorKind): string[] {
  const { vectors } = JSON.parse(present) as VectorKind
  const kept = new Set(wanted.vectors.map(vector => JSON.stringify(vector)))
  return vectors.filter(vector => !kept.has(JSON.stringify(vector))).map(({ name }) => name)
}
