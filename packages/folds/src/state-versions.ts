export const stateVersions = { ledger: '51a8b8f2387c', validation: '497d67f2996d', dispatch: '6f8b35578d13', desk: 239181635 } as const
