export const stateVersions = { ledger: '4c1e3e013c4c', validation: 'cdc597b2a88e', dispatch: 'dda5d9650e6e', desk: 80770986 } as const
