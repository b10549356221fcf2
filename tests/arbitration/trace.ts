/** A run that Alloy has found: its states, in order. */
export type Trace = readonly State[]

/** One state: what the fields say of an atom. An atom is named as Alloy names it, such as `Owner$1`; of a `one sig` the name of the signature is enough. */
export interface State {
  /** The columns behind the atom, as rows. */
  rows(atom: string, field: string): ReadonlyArray<readonly string[]>
  /** What a field with one column more says of an atom; in their order. */
  all(atom: string, field: string): readonly string[]
  /** The same of a field that has one at most. */
  one(atom: string, field: string): string | undefined
  /** Those of a signature. */
  atoms(sig: string): readonly string[]
}

interface Solution {
  readonly instances: ReadonlyArray<{
    readonly values: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<readonly string[]>>>>>
  }>
}

/** An atom without the module that it is from. */
const plain = (atom: string): string => atom.replace(/^.*\//, '')

export const readTrace = (text: string): Trace => (JSON.parse(text) as Solution).instances.map(({ values }) => readState(values))

function readState(values: Solution['instances'][number]['values']): State {
  const byAtom = new Map(Object.entries(values).map(([atom, fields]) => [plain(atom), fields]))
  const rows: State['rows'] = (atom, field) => {
    const fields = byAtom.get(atom) ?? byAtom.get(`${atom}$0`)
    return (fields?.[field] ?? []).map(row => row.map(plain))
  }
  const all: State['all'] = (atom, field) => rows(atom, field).map(([value = '']) => value)
  return { rows, all, one: (atom, field) => all(atom, field)[0], atoms: sig => [...byAtom.keys()].filter(atom => sigOf(atom) === sig) }
}

/** The number in the name of an atom; for those of an ordered signature that is their order. */
export const numberOf = (atom: string | undefined): number => Number(atom?.split('$')[1])

/** The name of the signature of an atom. */
export const sigOf = (atom: string | undefined): string => atom?.split('$')[0] ?? ''
