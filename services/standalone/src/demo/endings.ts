/** The expected end of a request. */
export interface Ending {
  readonly caseReference: string
  /** The beneficiary country: a request and its child request are one case. */
  readonly to: string
  readonly states: readonly string[]
  /** The number of facts in its history. */
  readonly facts: number
  /** In the request's currency. */
  readonly amounts: Readonly<Record<'requested' | 'frozen' | 'recovered' | 'charges' | 'released' | 'movedOnward', string>>
}

const nothing = { frozen: '0.00', recovered: '0.00', charges: '0.00', released: '0.00', movedOnward: '0.00' }

/** The expected ends: the demo fails if the engine has others. */
export const endings: readonly Ending[] = [
  {
    caseReference: 'SG-4711',
    to: 'TL',
    states: ['recovered'],
    facts: 14,
    amounts: { ...nothing, requested: '42300000.00', frozen: '41100000.00', recovered: '41098200.00', charges: '1800.00' },
  },
  { caseReference: 'SG-4718', to: 'TL', states: ['closed.duplicate'], facts: 2, amounts: { ...nothing, requested: '42300000.00' } },
  { caseReference: 'SG-4722', to: 'MY', states: ['closed.rejected'], facts: 2, amounts: { ...nothing, requested: '310000.00' } },
  {
    caseReference: 'SG-4730',
    to: 'AE',
    states: ['closed.withdrawn'],
    facts: 6,
    amounts: { ...nothing, requested: '186400.00', released: '186400.00' },
  },
  {
    caseReference: 'FR-0815',
    to: 'SG',
    states: ['closed.expired'],
    facts: 8,
    amounts: { ...nothing, requested: '92000.00', released: '92000.00' },
  },
  {
    caseReference: 'SG-4741',
    to: 'MY',
    states: ['closed.released'],
    facts: 8,
    amounts: { ...nothing, requested: '500000.00', released: '120000.00', movedOnward: '380000.00' },
  },
  {
    caseReference: 'SG-4741',
    to: 'GB',
    states: ['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'],
    facts: 8,
    amounts: { ...nothing, requested: '380000.00', frozen: '380000.00' },
  },
]
