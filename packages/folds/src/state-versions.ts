export const stateVersions = { ledger: '9011ca5686cf', validation: '98565fa267a1', dispatch: '07757973dc56', desk: 116444013 } as const
