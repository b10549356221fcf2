export const stateVersions = { ledger: 'debe73869de4', validation: '96e8670e48cf', dispatch: 'fc233f6e4c07', desk: 166863120 } as const
