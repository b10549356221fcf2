export const stateVersions = { ledger: '4c1e3e013c4c', validation: 'cdc597b2a88e', dispatch: 'b2ba66bd0f8a', desk: 161028151 } as const
