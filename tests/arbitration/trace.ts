/** A run that Alloy found: its states, in order. */
export type Trace = readonly State[]

/**
 * One state: the fields of each atom. Atoms have Alloy's names, such as `Owner$1`; for a `one sig` the signature's name
 * is enough.
 */
export interface State {
  /** The columns after the atom, as rows. */
  rows(atom: string, field: string): ReadonlyArray<readonly string[]>
  /** The values of a field with one further column, in order. */
  all(atom: string, field: string): readonly string[]
  /** The value of a field that has at most one. */
  one(atom: string, field: string): string | undefined
  /** The atoms of a signature. */
  atoms(sig: string): readonly string[]
}

/** An atom without its module. */
const plain = (atom: string): string => atom.replace(/^.*\//, '')

/**
 * Reads a solution that Alloy wrote as text: a heading for each state, and a line for each relation, such as
 * `this/Ledger<:end={Ledger$0->Offset$2}`.
 */
export const readTrace = (text: string): Trace =>
  text
    .split(/^-+State \d+.*$/m)
    .slice(1)
    .map(readState)

function readState(text: string): State {
  const atoms: string[] = []
  const fields = new Map<string, string[][]>()
  for (const [, name, field, tuples = ''] of text.matchAll(/^([^\s=<]+)(?:<:(\w+))?=\{(.*)\}$/gm)) {
    const rows = tuples === '' ? [] : tuples.split(', ').map(tuple => tuple.split('->').map(plain))
    if (name === 'univ') atoms.push(...rows.flat())
    else if (field !== undefined) fields.set(field, [...(fields.get(field) ?? []), ...rows])
  }
  const rows: State['rows'] = (atom, field) =>
    (fields.get(field) ?? []).flatMap(([of, ...row]) => (of === atom || of === `${atom}$0` ? [row] : []))
  const all: State['all'] = (atom, field) => rows(atom, field).map(([value = '']) => value)
  return { rows, all, one: (atom, field) => all(atom, field)[0], atoms: sig => atoms.filter(atom => sigOf(atom) === sig) }
}

/** The number in the name of an atom: for an ordered signature, its position. */
export const numberOf = (atom: string | undefined): number => Number(atom?.split('$')[1])

/** The name of the signature of an atom. */
export const sigOf = (atom: string | undefined): string => atom?.split('$')[0] ?? ''
