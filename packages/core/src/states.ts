import type { AnyState } from './lifecycle.ts'

const paths = (value: string | object, prefix = ''): string[] =>
  typeof value === 'string'
    ? [prefix + value]
    : Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [prefix + name] : paths(inner, `${prefix}${name}.`)))

/** The deepest current states, such as `frozen.coverage.partial`. */
export const statesOf = (snapshot: { readonly state: AnyState }): string[] => paths(snapshot.state.value)

/** The phase of a state: its outermost name. */
export const phaseOf = ({ value }: AnyState): string => (typeof value === 'string' ? value : (Object.keys(value)[0] ?? ''))
