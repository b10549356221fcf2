import type { Fact } from '../ledger/records.ts'
import type { Chart } from './chart.ts'

/** Applies one type of fact to the state, or returns why it is not possible there. */
export type Moves = Readonly<Record<string, (chart: Chart, fact: Fact) => string | undefined>>

/** Reports a violation by a fact. */
export type Note = (invariant: string, what: string) => void
