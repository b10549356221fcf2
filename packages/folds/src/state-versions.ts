export const stateVersions = { ledger: '4c1e3e013c4c', validation: 'cdc597b2a88e', dispatch: '0fb1dc105f10', desk: 199649129 } as const
